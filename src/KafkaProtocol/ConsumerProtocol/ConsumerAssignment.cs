using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.ConsumerProtocol;

/// <summary>What an assignor tells a consumer: the assignment of a SyncGroup response.</summary>
/// <remarks>
/// The versions follow those of <see cref="ConsumerSubscription"/>; the bytes are the same in all of them.
/// </remarks>
public sealed class ConsumerAssignment : IVersionedFormat
{
    /// <summary>What the member is to consume.</summary>
    public ConsumerTopicPartitions[] AssignedPartitions = [];

    /// <summary>What the assignor has to say; null if nothing.</summary>
    public ReadOnlyMemory<byte>? UserData;

    /// <inheritdoc/>
    public static short MinVersion => 0;

    /// <inheritdoc/>
    public static short MaxVersion => 3;

    /// <inheritdoc/>
    public static bool NewerVersionsAddAtTheEnd => true;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Array(ref AssignedPartitions, version);
        codec.NullableBytes(ref UserData);
    }
}
