using System.Runtime.InteropServices;

namespace LogStore.Cli.CommandLine;

/// <summary>
/// Turns SIGINT and SIGTERM into a cancelled token, so that a command can finish what it has begun. A second signal ends the
/// process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>How long a command may take to finish once its parent is gone, and nobody else would end it.</summary>
    private static readonly TimeSpan OrphanPatience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private volatile bool _ignoresInterrupt;

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

    /// <summary>
    /// Leaves it to the parent process when to stop: the end of standard input, a pipe from there, says so, also when the parent
    /// was killed. Ctrl+C, which a terminal sends to parent and child alike, is the parent's to act on.
    /// </summary>
    public void FollowInput()
    {
        _ignoresInterrupt = true;
        new Thread(() =>
        {
            using Stream input = Console.OpenStandardInput();
            Span<byte> ignored = stackalloc byte[256];
            while (input.Read(ignored) > 0)
            {
            }

            Cancel(Cli.ExitCode.Success);
            Thread.Sleep(OrphanPatience);
            Environment.Exit(Cli.ExitCode.Failure);
        })
        { IsBackground = true, Name = "input" }.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext signal, int exitCode)
    {
        if (signal.Signal == PosixSignal.SIGINT && _ignoresInterrupt)
        {
            signal.Cancel = true;
            return;
        }

        if (_source.IsCancellationRequested) return;
        signal.Cancel = true;
        Cancel(exitCode);
    }

    private void Cancel(int exitCode)
    {
        ExitCode = exitCode;
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has ended just now.
        }
    }
}
