namespace LogStore.Client;

/// <summary>When a produced batch counts as delivered.</summary>
public enum Acks
{
    /// <summary>When every in-sync replica has it. Survives the loss of the leader.</summary>
    All = -1,

    /// <summary>
    /// When it has been handed to the operating system. Nothing is known of its fate, not even its offset.
    /// </summary>
    None = 0,

    /// <summary>When the leader has appended it. Lost if the leader dies before another replica has it.</summary>
    Leader = 1,
}
