using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups.Membership;

/// <summary>A member of a group, as <see cref="Group"/> keeps it.</summary>
internal sealed class GroupMember
{
    /// <summary>What the objects of a member take, in bytes, and each protocol that it names.</summary>
    private const int ObjectBytes = 1024;
    private const int ProtocolObjectBytes = 128;

    /// <summary>
    /// What is set aside for an assignment, in bytes: a group whose members were let in must not be refused their work.
    /// </summary>
    private const int AssignmentBytes = 3 * 1024;

    private HashSet<string> _protocolNames = [];

    /// <summary>The id that the coordinator gave the member. A static member gets another when it comes back.</summary>
    public required string MemberId { get; set; }

    /// <summary>The name of a static member (KIP-345); null for a dynamic one.</summary>
    public required string? InstanceId { get; init; }

    public string ClientId { get; set; } = "";

    public string ClientHost { get; set; } = "";

    public int SessionTimeoutMs { get; set; }

    public int RebalanceTimeoutMs { get; set; }

    /// <summary>The assignors that the member can work with, its favourite first.</summary>
    public MemberProtocol[] Protocols
    {
        get;
        set
        {
            field = value;
            // There may be very many, if a client wants to keep the group busy.
            _protocolNames = [.. value.Select(protocol => protocol.Name)];
            ProtocolBytes = BytesOf(value);
            LeastMetadataBytes = LeastBytesOf(value);
        }
    } = [];

    /// <summary>What the member is to work on in the generation that is stable.</summary>
    public ReadOnlyMemory<byte> Assignment { get; set; }

    /// <summary>The request to join that is parked; null if none is.</summary>
    public long? JoinTicket { get; set; }

    /// <summary>The request for an assignment that is parked; null if none is.</summary>
    public long? SyncTicket { get; set; }

    /// <summary>When the member is given up unless it is heard of.</summary>
    public long SessionDeadlineMs { get; private set; } = Instant.Never;

    /// <summary>
    /// Whether no request of the member to join has been answered yet, so that it cannot send heartbeats.
    /// </summary>
    public bool IsNew { get; set; }

    /// <summary>Whether the client cannot come back as this member, since it was never told its id.</summary>
    public bool IsAnonymous { get; set; }

    /// <summary>Whether the member was told of the generation and has not asked for its assignment.</summary>
    public bool OwesSync { get; set; }

    /// <summary>The snapshot that has to be stored before the parked request to join is answered; 0 for none.</summary>
    public long JoinSnapshot { get; set; }

    public bool IsJoining => JoinTicket is not null;

    /// <summary>What the protocols take in memory, in bytes.</summary>
    public int ProtocolBytes { get; private set; }

    /// <summary>The metadata of the protocol that has least, in bytes: one of them goes into a record of the group.</summary>
    public int LeastMetadataBytes { get; private set; }

    /// <summary>What the member takes, in bytes.</summary>
    public long Bytes =>
        ObjectBytes + AssignmentBytes + BytesBeyondReserve(Assignment) + ProtocolBytes +
        (sizeof(char) * (MemberId.Length + (InstanceId?.Length ?? 0) + ClientId.Length));

    /// <summary>What a member takes that joins so, in bytes.</summary>
    public static long BytesOf(JoinCall call) =>
        ObjectBytes + AssignmentBytes + BytesOf(call.Protocols) +
        (sizeof(char) * (call.NewMemberId.Length + (call.Member.InstanceId?.Length ?? 0) + call.ClientId.Length));

    /// <summary>What an assignment takes beyond what is set aside for it, in bytes.</summary>
    public static int BytesBeyondReserve(ReadOnlyMemory<byte> assignment) => Math.Max(0, assignment.Length - AssignmentBytes);

    /// <summary>The metadata of the protocol that has least, in bytes.</summary>
    public static int LeastBytesOf(MemberProtocol[] protocols) =>
        protocols.Length == 0 ? 0 : protocols.Min(protocol => protocol.Metadata.Length);

    public void RestartSession(Instant now) => SessionDeadlineMs = now.After(SessionTimeoutMs);

    public void BeginNewMemberWait(Instant now, int timeoutMs) => SessionDeadlineMs = now.After(timeoutMs);

    /// <summary>
    /// Whether the member has not been heard of for too long. One that is parked is known to be there: its client
    /// cannot send a heartbeat before it has its answer.
    /// </summary>
    public bool HasExpired(Instant now) =>
        now.HasReached(SessionDeadlineMs) && (IsNew || (!IsJoining && SyncTicket is null));

    /// <summary>When <see cref="HasExpired"/> may become true if nothing is heard of the member.</summary>
    public long NextDeadlineMs => !IsNew && (IsJoining || SyncTicket is not null) ? Instant.Never : SessionDeadlineMs;

    public void Update(JoinCall call)
    {
        ClientId = call.ClientId;
        ClientHost = call.ClientHost;
        SessionTimeoutMs = call.SessionTimeoutMs;
        RebalanceTimeoutMs = call.RebalanceTimeoutMs;
        Protocols = call.Protocols;
    }

    /// <summary>What the member told an assignor; empty if it cannot work with it.</summary>
    public ReadOnlyMemory<byte> MetadataOf(string? protocolName)
    {
        foreach (MemberProtocol protocol in Protocols)
        {
            if (protocol.Name == protocolName) return protocol.Metadata;
        }

        return default;
    }

    public bool Supports(string protocolName) => _protocolNames.Contains(protocolName);

    /// <summary>Whether a request to join says nothing that was not known.</summary>
    public bool Matches(MemberProtocol[] protocols)
    {
        if (protocols.Length != Protocols.Length) return false;
        for (int i = 0; i < protocols.Length; i++)
        {
            if (protocols[i].Name != Protocols[i].Name ||
                !protocols[i].Metadata.Span.SequenceEqual(Protocols[i].Metadata.Span))
                return false;
        }

        return true;
    }

    /// <summary>Answers the request to join that is parked, if one is.</summary>
    public void AnswerJoin(JoinReply reply, GroupEffects effects)
    {
        if (JoinTicket is not { } ticket) return;
        JoinTicket = null;
        JoinSnapshot = 0;
        if (reply.Error == ErrorCode.None) IsNew = IsAnonymous = false;
        effects.JoinReplies.Add((ticket, reply));
    }

    /// <summary>Answers the request for an assignment that is parked, if one is.</summary>
    public void AnswerSync(SyncReply reply, GroupEffects effects)
    {
        if (SyncTicket is not { } ticket) return;
        SyncTicket = null;
        effects.SyncReplies.Add((ticket, reply));
    }

    private static int BytesOf(MemberProtocol[] protocols) =>
        protocols.Sum(protocol => ProtocolObjectBytes + (sizeof(char) * protocol.Name.Length) + protocol.Metadata.Length);
}
