using LogStore.KafkaProtocol;

namespace LogStore.Broker.Requests;

/// <summary>A request whose header has been read.</summary>
/// <param name="Context">The request.</param>
/// <param name="Handler">Who answers it; null where the answer is settled already.</param>
/// <param name="Body">What the handler reads.</param>
internal readonly record struct PreparedRequest(RequestContext Context, ApiHandler? Handler, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it may be begun before those in front of it are answered.</summary>
    public bool MayOverlap => Handler is { MayOverlap: true };

    /// <summary>
    /// Whether most of it can be expected to stay bytes while it is handled: records, or what the members of a group tell each
    /// other.
    /// </summary>
    public bool StaysBytes => Context.Api is ApiKey.Produce or ApiKey.JoinGroup or ApiKey.SyncGroup;
}
