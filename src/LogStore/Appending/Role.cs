namespace LogStore.Appending;

/// <summary>Who has a role of the append path.</summary>
internal enum Role
{
    /// <summary>Nobody, and there is nothing to do.</summary>
    Free,

    /// <summary>It waits on the thread pool's queue; a caller that would only block may take it from there.</summary>
    Queued,

    /// <summary>A thread, which is at work.</summary>
    Held,
}
