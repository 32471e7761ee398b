using System.Runtime.InteropServices;

namespace LogStore.Cli.CommandLine;

/// <summary>
/// Turns SIGINT and SIGTERM into a cancelled token, so that a command can finish what it has begun. A second signal ends the
/// process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, Cli.ExitCode.Interrupted)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, Cli.ExitCode.Terminated)),
    ];

    /// <summary>Runs a command under interruption; one that lets the cancellation through ends quietly.</summary>
    public static async Task<int> RunAsync(Func<Interruption, Task<int>> command)
    {
        using Interruption interruption = new();
        try
        {
            return await command(interruption);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return interruption.ExitCode;
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code for the signal; 0 while there was none.</summary>
    public int ExitCode { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext signal, int exitCode)
    {
        if (_source.IsCancellationRequested) return;
        signal.Cancel = true;
        ExitCode = exitCode;
        _source.Cancel();
    }
}
