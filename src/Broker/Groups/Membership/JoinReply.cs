using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups.Membership;

/// <summary>The answer to a <see cref="JoinCall"/>.</summary>
internal sealed record JoinReply
{
    public ErrorCode Error { get; private init; }

    /// <summary>The member's id, which with <see cref="ErrorCode.MemberIdRequired"/> is new to it.</summary>
    public required string MemberId { get; init; }

    public int Generation { get; init; } = -1;

    public string ProtocolName { get; init; } = "";

    public string LeaderId { get; init; } = "";

    /// <summary>All members, told only to the leader.</summary>
    public Member[] Members { get; init; } = [];

    public static JoinReply Refused(ErrorCode error, string memberId) => new() { Error = error, MemberId = memberId };

    /// <summary>A member as its leader sees it.</summary>
    internal readonly record struct Member(string MemberId, string? InstanceId, ReadOnlyMemory<byte> Metadata);
}
