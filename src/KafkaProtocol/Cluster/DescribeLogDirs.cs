using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Cluster;

/// <summary>Asks which logs lie in which directory, and how large they are (KIP-113).</summary>
public sealed class DescribeLogDirsRequest : IRequest<DescribeLogDirsResponse>
{
    /// <summary>The topics that are asked for; null for all.</summary>
    public Topic[]? Topics;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeLogDirs;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.NullableArray(ref Topics, version);

    /// <summary>A topic.</summary>
    public struct Topic : IWireMessage
    {
        /// <summary>The name of the topic.</summary>
        public string Name;

        /// <summary>The numbers of the partitions.</summary>
        public int[] PartitionIndexes;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.Array(ref PartitionIndexes);
        }
    }
}

/// <summary>The logs of each directory.</summary>
public sealed class DescribeLogDirsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The log directories.</summary>
    public LogDir[] LogDirs = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeLogDirs;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref LogDirs, version);
    }

    /// <summary>A log directory.</summary>
    public struct LogDir : IWireMessage
    {
        /// <summary>The state of this directory.</summary>
        public ErrorCode ErrorCode;

        /// <summary>The absolute path of the directory.</summary>
        public string Path;

        /// <summary>The topics.</summary>
        public Topic[] Topics;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ErrorCode);
            codec.String(ref Path);
            codec.Array(ref Topics, version);
        }
    }

    /// <summary>A topic.</summary>
    public struct Topic : IWireMessage
    {
        /// <summary>The name of the topic.</summary>
        public string Name;

        /// <summary>The partitions of the topic.</summary>
        public Partition[] Partitions;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.Array(ref Partitions, version);
        }
    }

    /// <summary>A partition.</summary>
    public struct Partition : IWireMessage
    {
        /// <summary>The number of the partition.</summary>
        public int PartitionIndex;

        /// <summary>The size of the log's segments, in bytes.</summary>
        public long PartitionSize;

        /// <summary>
        /// How many offsets the log is behind the high watermark, or behind the current replica if it is to replace it; -1 if
        /// that is not known.
        /// </summary>
        public long OffsetLag;

        /// <summary>Whether the log is to replace the current one after a move between directories.</summary>
        public bool IsFutureKey;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Int64(ref PartitionSize);
            codec.Int64(ref OffsetLag);
            codec.Boolean(ref IsFutureKey);
        }
    }
}
