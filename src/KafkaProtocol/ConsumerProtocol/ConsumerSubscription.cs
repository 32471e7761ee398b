using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.ConsumerProtocol;

/// <summary>What a consumer tells the assignor of its group: the metadata of a JoinGroup protocol.</summary>
/// <remarks>Version 1: owned partitions (KIP-429). 2: generation. 3: rack (KIP-881).</remarks>
public sealed class ConsumerSubscription : IVersionedFormat
{
    /// <summary>The topics that the member subscribes to.</summary>
    public string[] Topics = [];

    /// <summary>What the assignor wants to tell itself; null if nothing.</summary>
    public ReadOnlyMemory<byte>? UserData;

    /// <summary>What the member holds from the last generation, and gives up only when told to.</summary>
    public ConsumerTopicPartitions[] OwnedPartitions = [];

    /// <summary>The generation in which it got them; -1 if it is not known.</summary>
    public int GenerationId = -1;

    /// <summary>The member's rack; null if it has none.</summary>
    public string? RackId;

    /// <inheritdoc/>
    public static short MinVersion => 0;

    /// <inheritdoc/>
    public static short MaxVersion => 3;

    /// <inheritdoc/>
    public static bool NewerVersionsAddAtTheEnd => true;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Array(ref Topics);
        codec.NullableBytes(ref UserData);
        if (version >= 1) codec.Array(ref OwnedPartitions, version);
        if (version >= 2) codec.Int32(ref GenerationId);
        if (version >= 3) codec.NullableString(ref RackId);
    }
}
