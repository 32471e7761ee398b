using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Cluster;

/// <summary>Asks for the logs of partitions to be moved to other directories of the same broker (KIP-113).</summary>
public sealed class AlterReplicaLogDirsRequest : IRequest<AlterReplicaLogDirsResponse>
{
    /// <summary>The directories.</summary>
    public LogDir[] Dirs = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.AlterReplicaLogDirs;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.Array(ref Dirs, version);

    /// <summary>A directory, and what is to be in it.</summary>
    public struct LogDir : IWireMessage
    {
        /// <summary>The absolute path of the directory.</summary>
        public string Path;

        /// <summary>The topics.</summary>
        public Topic[] Topics;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Path);
            codec.Array(ref Topics, version);
        }
    }

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

/// <summary>What became of each partition.</summary>
public sealed class AlterReplicaLogDirsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The topics.</summary>
    public TopicResult[] Results = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.AlterReplicaLogDirs;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Results, version);
    }

    /// <summary>A topic.</summary>
    public struct TopicResult : IWireMessage
    {
        /// <summary>The name of the topic.</summary>
        public string TopicName;

        /// <summary>The partitions of the topic.</summary>
        public Partition[] Partitions;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref TopicName);
            codec.Array(ref Partitions, version);
        }
    }

    /// <summary>A partition.</summary>
    public struct Partition : IWireMessage
    {
        /// <summary>The number of the partition.</summary>
        public int PartitionIndex;

        /// <summary>What became of the partition.</summary>
        public ErrorCode ErrorCode;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref PartitionIndex);
            codec.Enum(ref ErrorCode);
        }
    }
}
