namespace LogStore.Broker.Groups.Membership;

/// <summary>An assignor that a member can work with, and what the member tells it. The bytes are its own.</summary>
internal readonly record struct MemberProtocol(string Name, ReadOnlyMemory<byte> Metadata);
