using Microsoft.Extensions.Logging;

namespace LogStore.Replicator.Rdma.Diagnostics;

/// <summary>What replication over RDMA tells its logger. Event ids are stable.</summary>
internal static partial class RdmaEvents
{
    [LoggerMessage(351, LogLevel.Information, "RDMA {How}")]
    public static partial void Began(ILogger logger, string how);

    [LoggerMessage(352, LogLevel.Information, "RDMA is there now, through {Device}")]
    public static partial void DeviceUp(ILogger logger, string device);

    [LoggerMessage(353, LogLevel.Warning, "RDMA is there no more: {Reason}")]
    public static partial void DeviceDown(ILogger logger, string reason);
}
