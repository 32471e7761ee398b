using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups.Membership;

/// <summary>The answer to a <see cref="SyncCall"/>.</summary>
internal readonly record struct SyncReply(ErrorCode Error, ReadOnlyMemory<byte> Assignment = default);
