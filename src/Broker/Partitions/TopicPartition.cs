namespace LogStore.Broker.Partitions;

/// <summary>Names a partition.</summary>
internal readonly record struct TopicPartition(string Topic, int Index)
{
    public override string ToString() => $"{Topic}-{Index}";
}
