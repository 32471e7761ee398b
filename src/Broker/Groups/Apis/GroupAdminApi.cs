using LogStore.Broker.Groups.Coordination;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Groups.Apis;

/// <summary>Lists, describes and deletes groups.</summary>
internal sealed class GroupAdminApi(GroupCoordinator coordinator)
{
    /// <summary>What groups of this protocol are called since there is another (KIP-848).</summary>
    private const string Classic = "classic";

    /// <summary>The operations that can be allowed on a group.</summary>
    private static readonly AclOperation[] GroupOperations =
        [AclOperation.Read, AclOperation.Describe, AclOperation.Delete];

    public void Register(ApiTable apis)
    {
        apis.Add<ListGroupsRequest, ListGroupsResponse>(List);
        apis.Add<DescribeGroupsRequest, DescribeGroupsResponse>(Describe);
        apis.Add<DeleteGroupsRequest, DeleteGroupsResponse>(DeleteAsync);
    }

    private ListGroupsResponse List(ListGroupsRequest request, RequestContext context)
    {
        ErrorCode error = coordinator.List(out List<(string GroupId, GroupDescription Group)> groups);
        if (!context.IsAllowedOnCluster(AclOperation.Describe))
            groups.RemoveAll(group => !context.IsAllowed(AclOperation.Describe, AclResourceType.Group, group.GroupId));
        return new ListGroupsResponse
        {
            ErrorCode = error,
            Groups =
            [
                .. groups.Where(group => IsWanted(request.StatesFilter, group.Group.State.ToString()) && IsWanted(request.TypesFilter, Classic))
                    .OrderBy(group => group.GroupId, StringComparer.Ordinal).Select(group => new ListGroupsResponse.Group
                    {
                        GroupId = group.GroupId,
                        ProtocolType = group.Group.ProtocolType,
                        GroupState = group.Group.State.ToString(),
                        GroupType = Classic,
                    }),
            ],
        };
    }

    private static bool IsWanted(string[] filter, string value) =>
        filter.Length == 0 || filter.Contains(value, StringComparer.OrdinalIgnoreCase);

    private DescribeGroupsResponse Describe(DescribeGroupsRequest request, RequestContext context) => new()
    {
        // Each once: to name a large group over and over must not make the answer as many times as large.
        Groups = [.. request.GroupIds.Distinct(StringComparer.Ordinal).Select(groupId => Describe(groupId, request, context))],
    };

    private DescribeGroupsResponse.Group Describe(string groupId, DescribeGroupsRequest request, RequestContext context)
    {
        if (!context.IsAllowed(AclOperation.Describe, AclResourceType.Group, groupId))
            return new() { GroupId = groupId, ErrorCode = ErrorCode.GroupAuthorizationFailed };
        ErrorCode error = coordinator.Describe(groupId, out GroupDescription group);
        if (error != ErrorCode.None) return new() { GroupId = groupId, ErrorCode = error };
        return new DescribeGroupsResponse.Group
        {
            GroupId = groupId,
            State = group.State.ToString(),
            ProtocolType = group.ProtocolType,
            ProtocolData = group.ProtocolName,
            Members =
            [
                .. group.Members.Select(member => new DescribeGroupsResponse.Member
                {
                    MemberId = member.MemberId,
                    GroupInstanceId = member.InstanceId,
                    ClientId = member.ClientId,
                    ClientHost = member.ClientHost,
                    MemberMetadata = member.Metadata,
                    MemberAssignment = member.Assignment,
                }),
            ],
            AuthorizedOperations = request.IncludeAuthorizedOperations
                ? AclOperations.Of(Array.FindAll(
                    GroupOperations, operation => context.IsAllowed(operation, AclResourceType.Group, groupId)))
                : AclOperations.NotAsked,
        };
    }

    private async ValueTask<DeleteGroupsResponse> DeleteAsync(DeleteGroupsRequest request, RequestContext context)
    {
        var groups = new DeleteGroupsResponse.Group[request.GroupIds.Length];
        for (int i = 0; i < groups.Length; i++)
        {
            string groupId = request.GroupIds[i];
            ErrorCode error = context.IsAllowed(AclOperation.Delete, AclResourceType.Group, groupId)
                ? await coordinator.DeleteAsync(groupId).ConfigureAwait(false)
                : ErrorCode.GroupAuthorizationFailed;
            groups[i] = new DeleteGroupsResponse.Group { GroupId = groupId, ErrorCode = error };
        }

        return new DeleteGroupsResponse { Groups = groups };
    }
}
