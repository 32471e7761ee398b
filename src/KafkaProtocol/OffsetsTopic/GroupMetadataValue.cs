using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.OffsetsTopic;

/// <summary>
/// A group and its members in <c>__consumer_offsets</c>, as they stood when a generation became stable.
/// </summary>
/// <remarks>Version 1: rebalance timeout. 2: time of the state. 3: static members (KIP-345).</remarks>
public sealed class GroupMetadataValue : IVersionedFormat
{
    /// <summary>What kind of group it is, <c>consumer</c> for consumers.</summary>
    public string ProtocolType = "";

    /// <summary>The generation.</summary>
    public int Generation;

    /// <summary>The assignor in use; null if the group is empty.</summary>
    public string? Protocol;

    /// <summary>The member that made the assignment; null if the group is empty.</summary>
    public string? Leader;

    /// <summary>Since when the group is in its state, in milliseconds since 1970; -1 if it is not known.</summary>
    public long CurrentStateTimestamp = -1;

    /// <summary>The members.</summary>
    public Member[] Members = [];

    /// <inheritdoc/>
    public static short MinVersion => 0;

    /// <inheritdoc/>
    public static short MaxVersion => 3;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref ProtocolType);
        codec.Int32(ref Generation);
        codec.NullableString(ref Protocol);
        codec.NullableString(ref Leader);
        if (version >= 2) codec.Int64(ref CurrentStateTimestamp);
        codec.Array(ref Members, version);
    }

    /// <summary>A member of the group.</summary>
    public struct Member : IWireMessage
    {
        /// <summary>Makes one with the format's defaults.</summary>
        public Member()
        {
        }

        /// <summary>The member's id.</summary>
        public string MemberId = "";

        /// <summary>The name of a static member; null for a dynamic one.</summary>
        public string? GroupInstanceId;

        /// <summary>The name that the client gave itself.</summary>
        public string ClientId = "";

        /// <summary>The address that the client came from.</summary>
        public string ClientHost = "";

        /// <summary>How long the member may take to join again, in milliseconds; -1: as the session timeout.</summary>
        public int RebalanceTimeoutMs = -1;

        /// <summary>How long the member may go without a heartbeat, in milliseconds.</summary>
        public int SessionTimeoutMs;

        /// <summary>What the member told the assignor.</summary>
        public ReadOnlyMemory<byte> Subscription;

        /// <summary>What the member was assigned.</summary>
        public ReadOnlyMemory<byte> Assignment;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref MemberId);
            if (version >= 3) codec.NullableString(ref GroupInstanceId);
            codec.String(ref ClientId);
            codec.String(ref ClientHost);
            if (version >= 1) codec.Int32(ref RebalanceTimeoutMs);
            codec.Int32(ref SessionTimeoutMs);
            codec.Bytes(ref Subscription);
            codec.Bytes(ref Assignment);
        }
    }
}
