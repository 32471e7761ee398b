using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.ConsumerProtocol;

/// <summary>Partitions of a topic.</summary>
public struct ConsumerTopicPartitions : IWireMessage
{
    /// <summary>The name of the topic.</summary>
    public string Topic;

    /// <summary>The numbers of the partitions.</summary>
    public int[] PartitionIndexes;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref Topic);
        codec.Array(ref PartitionIndexes);
    }
}
