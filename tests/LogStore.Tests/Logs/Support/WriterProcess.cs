using System.Buffers.Binary;
using System.Diagnostics;

namespace LogStore.Tests.Logs.Support;

/// <summary>A process that writes a log, to be killed.</summary>
internal sealed class WriterProcess : IDisposable
{
    private readonly Process _process;

    private WriterProcess(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "CrashWriter"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
    }

    public int Id => _process.Id;

    /// <summary>Starts one writer for each number.</summary>
    public static WriterProcess Append(string directory, IEnumerable<int> firstNumbers) =>
        new(firstNumbers.Select(number => $"{number}").Prepend(directory));

    /// <summary>Starts a process that holds the log open and writes nothing; returns once it is open.</summary>
    public static async Task<WriterProcess> HoldAsync(string directory)
    {
        WriterProcess holder = new(["hold", directory]);
        await holder._process.StandardOutput.ReadLineAsync();
        return holder;
    }

    /// <summary>SIGKILL; the log is left as it is at this moment.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Reads acknowledgements until the process has died.</summary>
    public async Task ReadAcksAsync(Action<int, int, long> take)
    {
        byte[] ack = new byte[16];
        Stream output = _process.StandardOutput.BaseStream;
        while (await output.ReadAtLeastAsync(ack, ack.Length, throwOnEndOfStream: false) == ack.Length)
        {
            take(
                BinaryPrimitives.ReadInt32BigEndian(ack), BinaryPrimitives.ReadInt32BigEndian(ack.AsSpan(4)),
                BinaryPrimitives.ReadInt64BigEndian(ack.AsSpan(8)));
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
