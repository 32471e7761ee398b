namespace LogStore.Appending;

/// <summary>What a caller has to do once it has left the append path's gate.</summary>
internal enum Turn
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It holds the writer's role: write.</summary>
    Write,

    /// <summary>Put the writer on the thread pool's queue.</summary>
    QueueWriter,

    /// <summary>It holds the flusher's role: flush.</summary>
    Flush,

    /// <summary>Put the flusher on the thread pool's queue.</summary>
    QueueFlusher,
}
