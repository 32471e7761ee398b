using System.Net;
using LogStore.Replicator.Rdma.Links;
using LogStore.Replicator.Rdma.Staging;
using LogStore.Replicator.Rdma.Verbs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogStore.Replicator.Rdma;

/// <summary>How replication uses RDMA. Invalid values are refused as they are set.</summary>
public sealed record RdmaReplicationOptions
{
    /// <summary>The least <see cref="RingBytes"/>.</summary>
    public const int MinRingBytes = RdmaLinkLayout.MinRing;

    /// <summary>The most <see cref="RingBytes"/>.</summary>
    public const int MaxRingBytes = 1 << 30;

    /// <summary>The device's name; null for the best that has an active port.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The index of the GID to send from; null for the best.</summary>
    public int? GidIndex { get; init; }

    /// <summary>
    /// The IP address of this host through which peers reach it: the device that carries it is preferred. Null for any.
    /// </summary>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>Whether there are to be no links over TCP: without a device they are down.</summary>
    public bool IsRequired { get; init; }

    /// <summary>
    /// The size of each link's ring in bytes, and of the memory that is sent from: each link locks twice as much. The smaller
    /// of both ends' sizes is used. A multiple of 64.
    /// </summary>
    public int RingBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, MinRingBytes);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxRingBytes);
            ArgumentOutOfRangeException.ThrowIfNotEqual(value % StagingHeader.Line, 0);
            field = value;
        }
    } = 8 * 1024 * 1024;

    /// <inheritdoc cref="PollerOptions.SpinTime"/>
    public TimeSpan SpinTime { get; init; } = new PollerOptions().SpinTime;

    /// <summary>How often to look whether a device has come or gone.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Told of devices that come and go.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
