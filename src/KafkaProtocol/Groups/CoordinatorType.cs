namespace LogStore.KafkaProtocol.Groups;

/// <summary>What a coordinator is asked for (KIP-98).</summary>
public enum CoordinatorType : sbyte
{
    /// <summary>A group, by its id.</summary>
    Group = 0,

    /// <summary>A transactional producer, by its transactional id.</summary>
    Transaction = 1,
}
