namespace LogStore;

/// <summary>What a reader does at the end of the log.</summary>
public enum ReadMode
{
    /// <summary>It stops.</summary>
    ToEnd = 0,

    /// <summary>It waits for more, without polling, until it is cancelled or the log is closed.</summary>
    Follow = 1,
}
