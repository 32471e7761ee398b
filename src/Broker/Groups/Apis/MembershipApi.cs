using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Groups.Apis;

/// <summary>
/// What members of groups send. Bytes that the group keeps are copied: the request's memory is used again.
/// </summary>
internal sealed class MembershipApi(GroupCoordinator coordinator)
{
    /// <summary>From here on a client expects to be sent away with a member id first (KIP-394).</summary>
    private const short FirstJoinVersionWithRequiredMemberId = 4;

    private const short FirstLeaveVersionOfSeveral = 3;

    public void Register(ApiTable apis)
    {
        apis.Add<JoinGroupRequest, JoinGroupResponse>(JoinAsync);
        apis.Add<SyncGroupRequest, SyncGroupResponse>(SyncAsync);
        apis.Add<HeartbeatRequest, HeartbeatResponse>(Heartbeat);
        apis.Add<LeaveGroupRequest, LeaveGroupResponse>(Leave);
    }

    private async ValueTask<JoinGroupResponse> JoinAsync(JoinGroupRequest request, RequestContext context)
    {
        if (!MayRead(request.GroupId, context))
            return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed, MemberId = request.MemberId };
        var call = new JoinCall
        {
            Member = new MemberIdentity(request.MemberId, request.GroupInstanceId),
            NewMemberId = GroupCoordinator.NewMemberId(context.ClientId, request.GroupInstanceId),
            RequiresKnownMemberId = context.Version >= FirstJoinVersionWithRequiredMemberId,
            ClientId = context.ClientId,
            ClientHost = context.Connection.RemoteHost,
            SessionTimeoutMs = request.SessionTimeoutMs,
            RebalanceTimeoutMs = request.RebalanceTimeoutMs < 0 ? request.SessionTimeoutMs : request.RebalanceTimeoutMs,
            ProtocolType = request.ProtocolType,
            Protocols = Array.ConvertAll(
                request.Protocols, protocol => new MemberProtocol(protocol.Name, protocol.Metadata.ToArray())),
        };
        JoinReply reply = await coordinator.JoinAsync(request.GroupId, call, context.Aborted).ConfigureAwait(false);
        return new JoinGroupResponse
        {
            ErrorCode = reply.Error,
            GenerationId = reply.Generation,
            ProtocolName = reply.ProtocolName,
            Leader = reply.LeaderId,
            MemberId = reply.MemberId,
            Members = Array.ConvertAll(reply.Members, member => new JoinGroupResponse.Member
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.InstanceId,
                Metadata = member.Metadata,
            }),
        };
    }

    private async ValueTask<SyncGroupResponse> SyncAsync(SyncGroupRequest request, RequestContext context)
    {
        if (!MayRead(request.GroupId, context)) return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed };
        Dictionary<string, ReadOnlyMemory<byte>> assignments = new(StringComparer.Ordinal);
        foreach (SyncGroupRequest.MemberAssignment assignment in request.Assignments)
            assignments[assignment.MemberId] = assignment.Assignment.ToArray();
        var call = new SyncCall
        {
            Member = new MemberIdentity(request.MemberId, request.GroupInstanceId),
            Generation = request.GenerationId,
            Assignments = assignments,
        };
        SyncReply reply = await coordinator.SyncAsync(request.GroupId, call, context.Aborted).ConfigureAwait(false);
        return new SyncGroupResponse { ErrorCode = reply.Error, Assignment = reply.Assignment };
    }

    private HeartbeatResponse Heartbeat(HeartbeatRequest request, RequestContext context) => new()
    {
        ErrorCode = MayRead(request.GroupId, context)
            ? coordinator.Heartbeat(
                request.GroupId, new MemberIdentity(request.MemberId, request.GroupInstanceId), request.GenerationId)
            : ErrorCode.GroupAuthorizationFailed,
    };

    private LeaveGroupResponse Leave(LeaveGroupRequest request, RequestContext context)
    {
        if (!MayRead(request.GroupId, context)) return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed };
        MemberIdentity[] members = context.Version >= FirstLeaveVersionOfSeveral
            ? Array.ConvertAll(request.Members, member => new MemberIdentity(member.MemberId, member.GroupInstanceId))
            : [new MemberIdentity(request.MemberId)];
        (ErrorCode error, ErrorCode[] errors) = coordinator.Leave(request.GroupId, members);
        if (error != ErrorCode.None) return new() { ErrorCode = error };
        if (context.Version < FirstLeaveVersionOfSeveral) return new() { ErrorCode = errors[0] };
        var response = new LeaveGroupResponse { Members = new LeaveGroupResponse.Member[members.Length] };
        for (int i = 0; i < members.Length; i++)
        {
            response.Members[i] = new LeaveGroupResponse.Member
            {
                MemberId = members[i].MemberId,
                GroupInstanceId = members[i].InstanceId,
                ErrorCode = errors[i],
            };
        }

        return response;
    }

    private static bool MayRead(string groupId, RequestContext context) =>
        context.IsAllowed(AclOperation.Read, AclResourceType.Group, groupId);
}
