namespace LogStore;

/// <summary>An append was made for a leader epoch that is not the one in force: somebody else leads.</summary>
public sealed class FencedLeaderEpochException : LogStoreException
{
    /// <summary>Makes the error.</summary>
    public FencedLeaderEpochException(int leaderEpoch, int currentEpoch)
        : base($"The append was made for leader epoch {leaderEpoch}, but the log is in epoch {currentEpoch}.")
    {
        LeaderEpoch = leaderEpoch;
        CurrentEpoch = currentEpoch;
    }

    /// <summary>The epoch of the append.</summary>
    public int LeaderEpoch { get; }

    /// <summary>The epoch in force.</summary>
    public int CurrentEpoch { get; }
}
