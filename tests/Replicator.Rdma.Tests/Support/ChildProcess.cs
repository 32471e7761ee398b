using System.Diagnostics;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>A program that we did not write, run beside the test. Killed if it outlives it.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly Lazy<Task<string>> _output;
    private readonly Task<string> _errors;
    private readonly string _name;

    public ChildProcess(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _name = program;
        _output = new Lazy<Task<string>>(_process.StandardOutput.ReadToEndAsync);
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Waits for the first line that it prints, while it goes on.</summary>
    public string ReadLine(double seconds = 60)
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        Assert.True(line.Wait(TimeSpan.FromSeconds(seconds)), $"{_name} printed nothing within {seconds} s");
        return line.Result ?? throw new EndOfStreamException($"{_name} ended: {_errors.Result}");
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Waits for its end.</summary>
    public (int ExitCode, string Output, string Errors) Wait(double seconds = 60)
    {
        Task<string> output = _output.Value;
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(seconds)), $"{_name} did not end within {seconds} s");
        return (_process.ExitCode, output.Result, _errors.Result);
    }

    /// <summary>Waits for its end and expects success.</summary>
    public string WaitForSuccess(double seconds = 60)
    {
        (int exitCode, string output, string errors) = Wait(seconds);
        Assert.True(exitCode == 0, $"{_name} exited with {exitCode}: {output}{errors}");
        return output;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
