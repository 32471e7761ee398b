namespace LogStore.Client;

/// <summary>The cluster as a whole.</summary>
/// <param name="ClusterId">Its name; null if it has none.</param>
/// <param name="ControllerId">The broker that decides; -1 if none does at the moment.</param>
/// <param name="Brokers">The brokers that are up.</param>
public sealed record ClusterDescription(string? ClusterId, int ControllerId, IReadOnlyList<BrokerDescription> Brokers);

/// <summary>A broker.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Host">Where it listens.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Rack">Its rack; null if it has none.</param>
public sealed record BrokerDescription(int Id, string Host, int Port, string? Rack);

/// <summary>A directory in which a broker keeps logs.</summary>
/// <param name="BrokerId">The broker.</param>
/// <param name="Path">The directory.</param>
/// <param name="ErrorCode">Why it cannot be used; None if it can.</param>
/// <param name="Replicas">The logs in it.</param>
public sealed record LogDirDescription(
    int BrokerId, string Path, ErrorCode ErrorCode, IReadOnlyList<LogDirReplica> Replicas);

/// <summary>A log in a directory.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="SizeInBytes">What its segments take.</param>
/// <param name="OffsetLag">How far its end is behind the high watermark, in offsets; -1 if the broker does not know.</param>
/// <param name="IsFuture">Whether it is being moved here and not in use yet.</param>
public sealed record LogDirReplica(TopicPartition Partition, long SizeInBytes, long OffsetLag, bool IsFuture);

/// <summary>A producer that a partition remembers.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="ProducerId">Its id.</param>
/// <param name="ProducerEpoch">Its epoch.</param>
/// <param name="LastSequence">The sequence number of its last record; -1 if there is none.</param>
/// <param name="LastTimestampMs">The time of its last record, in milliseconds since 1970.</param>
/// <param name="TransactionStartOffset">Where its open transaction begins; -1 if it has none.</param>
public sealed record ProducerDescription(
    TopicPartition Partition, long ProducerId, int ProducerEpoch, int LastSequence, long LastTimestampMs,
    long TransactionStartOffset);
