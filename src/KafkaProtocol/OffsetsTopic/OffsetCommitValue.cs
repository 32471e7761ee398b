using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.OffsetsTopic;

/// <summary>A committed offset in <c>__consumer_offsets</c>.</summary>
/// <remarks>Version 3 is what is written, but 1 where an expiry time was asked for, which only 1 has.</remarks>
public sealed class OffsetCommitValue : IVersionedFormat
{
    /// <summary>The offset of the next record to be consumed.</summary>
    public long Offset;

    /// <summary>The leader epoch of the last record consumed; -1 if it is not known.</summary>
    public int LeaderEpoch = -1;

    /// <summary>A note that the client keeps beside the offset.</summary>
    public string Metadata = "";

    /// <summary>The time of the commit, in milliseconds since 1970.</summary>
    public long CommitTimestamp;

    /// <summary>When to forget the offset, in milliseconds since 1970; -1: as the broker's settings say.</summary>
    public long ExpireTimestamp = -1;

    /// <inheritdoc/>
    public static short MinVersion => 0;

    /// <inheritdoc/>
    public static short MaxVersion => 3;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int64(ref Offset);
        if (version >= 3) codec.Int32(ref LeaderEpoch);
        codec.String(ref Metadata);
        codec.Int64(ref CommitTimestamp);
        if (version == 1) codec.Int64(ref ExpireTimestamp);
    }
}
