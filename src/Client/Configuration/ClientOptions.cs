using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogStore.Client;

/// <summary>Opens the transport to a broker.</summary>
/// <param name="host">The broker's host, as the bootstrap list or the broker's own listener names it.</param>
/// <param name="port">The broker's port.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <returns>A stream that the connection owns and disposes. TLS, if it is asked for, is spoken over it.</returns>
public delegate ValueTask<Stream> ConnectDelegate(string host, int port, CancellationToken cancellationToken);

/// <summary>What producer, consumer and administration need to find and to trust a cluster.</summary>
public record ClientOptions
{
    /// <summary>
    /// Brokers to begin with, as <c>host:port,host:port</c>; the others are learned. Port 9092 unless given.
    /// </summary>
    public string BootstrapServers { get; init; } = "localhost:9092";

    /// <summary>The name that the client gives itself, for the broker's logs and quotas.</summary>
    public string ClientId { get; init; } = "logstore";

    /// <summary>TLS; null for none.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>SASL; null for none.</summary>
    public SaslOptions? Sasl { get; init; }

    /// <summary>
    /// Opens transports in place of TCP: an in-process broker is just another connection. Null for TCP.
    /// </summary>
    public ConnectDelegate? Connect { get; init; }

    /// <summary>How long opening a connection may take, with TLS and log-in. 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a broker may take to answer before the connection is given up. 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call may take with all its retries, unless it says otherwise. 60 s.</summary>
    public TimeSpan ApiTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause before the first retry; doubled each time, with jitter. 100 ms.</summary>
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause before a retry. 1 s.</summary>
    public TimeSpan RetryBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The pause before a broker is connected to again; doubled each time, with jitter. 50 ms.</summary>
    public TimeSpan ReconnectBackoff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause before a broker is connected to again. 1 s.</summary>
    public TimeSpan ReconnectBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After which time the metadata is asked for again even if nothing is wrong. 5 min.</summary>
    public TimeSpan MetadataMaxAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Takes what there is to say of connections, retries and rebalances. Secrets are never logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock of time-outs, linger and back-off.</summary>
    internal TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Reads what administration needs from the ecosystem's own keys (<c>bootstrap.servers</c>,
    /// <c>security.protocol</c>, …); docs/CLIENT.md lists them. Keys of producers and consumers are allowed and left
    /// alone.
    /// </summary>
    /// <exception cref="InvalidConfigException">A key is unknown, or its value not possible.</exception>
    public static ClientOptions FromProperties(ClientProperties properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        return properties.ApplyTo(new ClientOptions());
    }
}
