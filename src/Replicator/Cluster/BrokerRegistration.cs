using LogStore.Replicator.Protocol;

namespace LogStore.Replicator.Cluster;

/// <summary>A broker as it has registered with the authority, for as long as its lease lives.</summary>
public sealed record BrokerRegistration
{
    /// <summary>The broker's number, unique in the cluster.</summary>
    public required int BrokerId { get; init; }

    /// <summary>The number of its present life; see <see cref="LiveBroker.Epoch"/>.</summary>
    public required long Epoch { get; init; }

    /// <summary>See <see cref="LiveBroker.IntactSince"/>.</summary>
    public required long IntactSince { get; init; }

    /// <summary>See <see cref="LiveBroker.CreatedIn"/>.</summary>
    public required long CreatedIn { get; init; }

    /// <summary>Whether it is about to stop, and hands over what it leads.</summary>
    public bool IsStopping { get; init; }

    /// <summary>Where it stands; replicas of a partition are spread over racks. Null for nowhere in particular.</summary>
    public string? Rack { get; init; }

    /// <summary>Where clients reach it.</summary>
    public IReadOnlyList<BrokerEndpoint> Endpoints { get; init; } = [];

    /// <summary>Where its peers reach it, for replication.</summary>
    public required BrokerEndpoint Replication { get; init; }

    /// <summary>What the protocol needs to know of it.</summary>
    public LiveBroker ToLiveBroker() => new(BrokerId, Epoch, IntactSince, CreatedIn) { IsStopping = IsStopping };
}

/// <summary>An address of a broker.</summary>
/// <param name="Protocol">What is spoken there, by Kafka's names (<c>PLAINTEXT</c>, <c>SSL</c>, ...); <c>REPLICATION</c> among peers.</param>
/// <param name="Host">A host name or address, as others reach it.</param>
/// <param name="Port">The TCP port.</param>
public sealed record BrokerEndpoint(string Protocol, string Host, int Port);
