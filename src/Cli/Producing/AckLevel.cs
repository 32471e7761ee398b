namespace LogStore.Cli.Producing;

/// <summary>When a record counts as stored, in the words of the command line.</summary>
internal enum AckLevel
{
    /// <summary>Not given: as the place has it, appended in a data directory, all through brokers.</summary>
    Default,

    /// <summary>Not waited for; <c>none</c> or <c>0</c>.</summary>
    None,

    /// <summary>In the leader's log, in the page cache; <c>appended</c> or <c>1</c>.</summary>
    Appended,

    /// <summary>On the device; <c>flushed</c>, of a data directory only.</summary>
    Flushed,

    /// <summary>In the log of every in-sync replica; <c>all</c>. A data directory has one replica.</summary>
    All,
}
