namespace LogStore.Client;

/// <summary>What became of a batch of records.</summary>
/// <param name="Partition">Where it went.</param>
/// <param name="BaseOffset">
/// The offset of its first record; -1 if it is not known, as in <see cref="RecordMetadata.Offset"/>, or if it failed.
/// </param>
/// <param name="RecordCount">How many records it has.</param>
/// <param name="Error">Why it is not there; null if it is.</param>
public readonly record struct BatchDelivery(
    TopicPartition Partition, long BaseOffset, int RecordCount, DeliveryException? Error);

/// <summary>
/// Told what became of a batch; calls for the batches of a partition come in their order, one at a time. It must be quick, must
/// not throw and must not wait for the producer.
/// </summary>
/// <param name="delivery">What became of it.</param>
public delegate void BatchDeliveryCallback(in BatchDelivery delivery);
