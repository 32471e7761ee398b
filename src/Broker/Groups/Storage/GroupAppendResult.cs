using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups.Storage;

/// <summary>What became of records for the offsets topic.</summary>
/// <param name="Error">Why they are not in the log; <see cref="ErrorCode.None"/> if they are.</param>
/// <param name="BaseOffset">The offset of the first; the others follow it without gaps.</param>
internal readonly record struct GroupAppendResult(ErrorCode Error, long BaseOffset = -1);
