using LogStore.KafkaProtocol;

namespace LogStore.Broker.Cluster;

/// <summary>What became of what was asked for a partition.</summary>
/// <param name="Error">Why it was refused; <see cref="ErrorCode.None"/> if it was not.</param>
/// <param name="Message">What was wrong, for a person to read.</param>
internal readonly record struct PartitionOutcome(ErrorCode Error, string? Message = null);
