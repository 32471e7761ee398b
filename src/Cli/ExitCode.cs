namespace LogStore.Cli;

/// <summary>The exit codes of the <c>logstore</c> command, the same for every subcommand.</summary>
internal static class ExitCode
{
    /// <summary>The command did what it was asked to do.</summary>
    public const int Success = 0;

    /// <summary>The operation failed: an I/O error, a fault in the log, a peer that did not answer.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the input is wrong; the message says what was done before that was seen.</summary>
    public const int Usage = 2;

    /// <summary>What was asked for is not there: a topic, a partition, an offset, a device.</summary>
    public const int NotFound = 3;

    /// <summary>The data directory or the port is in use by another process, or the group by its members.</summary>
    public const int InUse = 4;

    /// <summary>Stored data is damaged; the message names the file and the position.</summary>
    public const int Damaged = 5;

    /// <summary>The cluster has a partition that has no leader, or too few replicas in sync.</summary>
    public const int Unserved = 6;

    /// <summary>Stopped by SIGINT (Ctrl+C), as shells report it.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM, as shells report it.</summary>
    public const int Terminated = 143;
}
