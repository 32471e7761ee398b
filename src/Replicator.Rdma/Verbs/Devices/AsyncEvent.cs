using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>What a device reports outside of completions. Source: ibv_get_async_event(3).</summary>
public enum AsyncEventKind
{
    /// <summary>A completion queue overran.</summary>
    CompletionQueueError = 0,

    /// <summary>A queue pair failed on this side.</summary>
    QueuePairFatal = 1,

    /// <summary>The peer sent an invalid request.</summary>
    QueuePairRequestError = 2,

    /// <summary>The peer asked for memory that it may not use.</summary>
    QueuePairAccessError = 3,

    /// <summary>The first packet came before the queue pair was ready to send.</summary>
    ConnectionEstablished = 4,

    /// <summary>A send queue has drained.</summary>
    SendQueueDrained = 5,

    /// <summary>A path was migrated.</summary>
    PathMigrated = 6,

    /// <summary>A path could not be migrated.</summary>
    PathMigrationError = 7,

    /// <summary>The device failed.</summary>
    DeviceFatal = 8,

    /// <summary>A port came up.</summary>
    PortActive = 9,

    /// <summary>A port went down.</summary>
    PortError = 10,

    /// <summary>A port's LID changed.</summary>
    LocalIdChanged = 11,

    /// <summary>A port's partition keys changed.</summary>
    PartitionKeyChanged = 12,

    /// <summary>The subnet manager changed.</summary>
    SubnetManagerChanged = 13,

    /// <summary>A shared receive queue failed.</summary>
    SharedReceiveQueueError = 14,

    /// <summary>A shared receive queue runs low.</summary>
    SharedReceiveQueueLimitReached = 15,

    /// <summary>A queue pair on a shared receive queue took its last work request.</summary>
    LastWorkRequestReached = 16,

    /// <summary>The subnet manager asks for a new registration.</summary>
    ClientReregister = 17,

    /// <summary>A port's GID table changed.</summary>
    GidChanged = 18,

    /// <summary>A work queue failed.</summary>
    WorkQueueFatal = 19,
}

/// <summary>An asynchronous event.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="QueuePairNumber">The queue pair it happened to; 0 for events of something else.</param>
/// <param name="Port">The port it happened to, from 1; 0 for events of something else.</param>
public readonly record struct AsyncEvent(AsyncEventKind Kind, uint QueuePairNumber, byte Port)
{
    internal static unsafe AsyncEvent From(in ibv_async_event raw)
    {
        AsyncEventKind kind = (AsyncEventKind)raw.event_type;
        return kind switch
        {
            AsyncEventKind.QueuePairFatal or AsyncEventKind.QueuePairRequestError or AsyncEventKind.QueuePairAccessError
                or AsyncEventKind.ConnectionEstablished or AsyncEventKind.SendQueueDrained
                or AsyncEventKind.PathMigrated or AsyncEventKind.PathMigrationError
                or AsyncEventKind.LastWorkRequestReached => new AsyncEvent(kind, raw.element.qp->qp_num, 0),
            AsyncEventKind.PortActive or AsyncEventKind.PortError or AsyncEventKind.LocalIdChanged
                or AsyncEventKind.PartitionKeyChanged or AsyncEventKind.SubnetManagerChanged
                or AsyncEventKind.ClientReregister or AsyncEventKind.GidChanged =>
                new AsyncEvent(kind, 0, (byte)raw.element.port_num),
            _ => new AsyncEvent(kind, 0, 0),
        };
    }
}
