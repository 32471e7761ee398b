using System.Diagnostics;
using System.Text;
using Xunit;

namespace LogStore.Clients.Tests;

/// <summary>Runs a client's script, or another program, to its end.</summary>
internal static class Script
{
    // Debian's, which has the client packages.
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static ProcessStartInfo KafkaPython(params string[] arguments) =>
        New(Python, [PathOf("scripts/kafka_python.py"), .. arguments]);

    public static ProcessStartInfo Confluent(params string[] arguments) =>
        New(Python, [PathOf("scripts/confluent.py"), .. arguments]);

    public static ProcessStartInfo KafkaJs(params string[] arguments) =>
        New("node", [PathOf("kafkajs/client.js"), .. arguments]);

    public static ProcessStartInfo Kcat(params string[] arguments) => New("kcat", arguments);

    /// <summary>Our own command.</summary>
    public static ProcessStartInfo Logstore(params string[] arguments)
    {
        ProcessStartInfo start = New(PathOf("LogStore.Cli"), arguments);
        start.Environment.Remove("LOGSTORE_DATA");
        return start;
    }

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, file);

    public static ProcessStartInfo New(string program, params string[] arguments) => new(program, arguments)
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    /// <summary>Runs it; what it says on standard error, and an exit code other than 0, fail the test.</summary>
    public static async Task<byte[]> RunAsync(ProcessStartInfo start, byte[]? input = null)
    {
        using CancellationTokenSource tooLong = new(Patience);
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(tooLong.Token);
            using MemoryStream output = new();
            Task reading = process.StandardOutput.BaseStream.CopyToAsync(output, tooLong.Token);
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(input, tooLong.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading its input: that is for its exit code to say.
            }

            await reading;
            await process.WaitForExitAsync(tooLong.Token);
            Assert.True(process.ExitCode == 0, $"{Describe(start)}: exit code {process.ExitCode}: {await error}");
            return output.ToArray();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{Describe(start)} was not done within {Patience}");
            throw;
        }
    }

    /// <summary>Runs it with lines as its input and returns the lines of its output.</summary>
    public static async Task<string[]> RunLinesAsync(ProcessStartInfo start, IEnumerable<string> lines) =>
        Encoding.UTF8
            .GetString(await RunAsync(start, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + '\n')))))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Describe(ProcessStartInfo start) => $"{start.FileName} {string.Join(' ', start.ArgumentList)}";
}
