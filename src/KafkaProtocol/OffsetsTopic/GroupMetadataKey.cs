using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.OffsetsTopic;

/// <summary>
/// The key of a group in <c>__consumer_offsets</c>; its value is a <see cref="GroupMetadataValue"/>, or null when the
/// group was deleted. Its version, 2, tells it from an <see cref="OffsetCommitKey"/>.
/// </summary>
public sealed class GroupMetadataKey : IVersionedFormat
{
    /// <summary>The group.</summary>
    public string Group = "";

    /// <inheritdoc/>
    public static short MinVersion => 2;

    /// <inheritdoc/>
    public static short MaxVersion => 2;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.String(ref Group);
}
