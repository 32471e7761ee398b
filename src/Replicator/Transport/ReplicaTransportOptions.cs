using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogStore.Replicator.Transport;

/// <summary>What a transport needs to know. Invalid values are refused as they are set.</summary>
public sealed record ReplicaTransportOptions
{
    /// <summary>This broker's number.</summary>
    public required int BrokerId { get; init; }

    /// <summary>The cluster's id: brokers of others are refused. At most 256 bytes of UTF-8.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The host name or address to listen on; empty for all of this machine's.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The TCP port to listen on; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>
    /// What all brokers of the cluster know, and nobody else: without it whoever reaches the port can pose as a broker. Empty
    /// for none. It authenticates; it does not encrypt.
    /// </summary>
    public ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>Whether to listen on an address that others can reach although there is no <see cref="Secret"/>.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>After how long without another frame a sign of life is sent.</summary>
    public TimeSpan HeartbeatInterval
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromMilliseconds(200);

    /// <summary>After how long a silent peer's link is taken down; also the time that there is to bring one up.</summary>
    public TimeSpan LinkTimeout
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(2);

    /// <summary>What is kept for sending on each link, in bytes; at least 256 KiB.</summary>
    public int SendBufferBytes
    {
        get;
        init => field = AtLeast(value, Links.SendQueue.MinRing);
    } = 4 * 1024 * 1024;

    /// <summary>What is kept for receiving on each link, in bytes; more while a larger message arrives. At least 4 KiB.</summary>
    public int ReceiveBufferBytes
    {
        get;
        init => field = AtLeast(value, 4096);
    } = 1024 * 1024;

    /// <summary>How far a peer may send ahead of what was handled here, in bytes; at least 64 KiB.</summary>
    public int WindowBytes
    {
        get;
        init => field = AtLeast(value, (int)Links.LinkCredit.MinWindow);
    } = 16 * 1024 * 1024;

    /// <summary>The longest payload of a message, in bytes; a batch is never split, so no batch may be longer. The same on all brokers.</summary>
    public int MaxPayloadBytes
    {
        get;
        init => field = value <= 1 << 30 ? AtLeast(value, 1) : throw new ArgumentOutOfRangeException(nameof(value));
    } = 128 * 1024 * 1024;

    /// <summary>
    /// What carries frames where both ends have it, instead of the connections themselves; null for none. It belongs to the
    /// transport, which disposes of it.
    /// </summary>
    public Links.LinkDataPlane? DataPlane { get; init; }

    /// <summary>The clock that silence is measured by.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Told of links that come and go.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    private static TimeSpan Positive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        return value;
    }

    private static int AtLeast(int value, int least)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        return value;
    }
}
