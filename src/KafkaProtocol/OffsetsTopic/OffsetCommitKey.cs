using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.OffsetsTopic;

/// <summary>
/// The key of a committed offset in <c>__consumer_offsets</c>; its value is an <see cref="OffsetCommitValue"/>, or null
/// when the offset was deleted. Version 1 is what is written.
/// </summary>
public sealed class OffsetCommitKey : IVersionedFormat
{
    /// <summary>The group.</summary>
    public string Group = "";

    /// <summary>The name of the topic.</summary>
    public string Topic = "";

    /// <summary>The number of the partition.</summary>
    public int PartitionIndex;

    /// <inheritdoc/>
    public static short MinVersion => 0;

    /// <inheritdoc/>
    public static short MaxVersion => 1;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref Group);
        codec.String(ref Topic);
        codec.Int32(ref PartitionIndex);
    }
}
