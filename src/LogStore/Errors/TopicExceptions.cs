namespace LogStore;

/// <summary>A topic cannot be as asked for: its name, or its number of partitions.</summary>
public sealed class InvalidTopicException : LogStoreException
{
    /// <summary>Makes the error.</summary>
    public InvalidTopicException(string message) : base(message)
    {
    }
}

/// <summary>There is already a topic of this name.</summary>
public sealed class TopicExistsException : LogStoreException
{
    /// <summary>Makes the error for the topic <paramref name="name"/>.</summary>
    public TopicExistsException(string name) : base($"The topic '{name}' exists already.") => Name = name;

    /// <summary>The topic's name.</summary>
    public string Name { get; }
}

/// <summary>There is no such topic, or the topic has no such partition.</summary>
public sealed class UnknownTopicOrPartitionException : LogStoreException
{
    /// <summary>Makes the error for the topic <paramref name="name"/>.</summary>
    public UnknownTopicOrPartitionException(string name)
        : base($"There is no topic '{name}'; create it with: logstore topic create {name} --partitions N") => Name = name;

    /// <summary>Makes the error for a partition that the topic does not have.</summary>
    public UnknownTopicOrPartitionException(string name, int partition, int partitionCount)
        : base($"The topic '{name}' has no partition {partition}: it has {partitionCount}, numbered from 0.") => Name = name;

    /// <summary>The topic's name.</summary>
    public string Name { get; }
}
