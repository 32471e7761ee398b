using LogStore.Broker.Cluster;
using LogStore.Broker.Groups.Storage;
using LogStore.Broker.Requests;
using LogStore.Broker.Transactions;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Groups.Apis;

/// <summary>
/// Says who coordinates a group: whoever leads its partition of the offsets topic. The first who asks has the topic made.
/// </summary>
internal sealed class CoordinatorApi(GroupCoordinator coordinator, ICluster cluster)
{
    public void Register(ApiTable apis) => apis.Add<FindCoordinatorRequest, FindCoordinatorResponse>(FindAsync);

    private async ValueTask<FindCoordinatorResponse> FindAsync(FindCoordinatorRequest request, RequestContext context)
    {
        if (request.KeyType == CoordinatorType.Transaction)
            return Refused(TransactionApi.Refusal, "This broker has no transactions.");
        if (request.KeyType != CoordinatorType.Group)
            return Refused(ErrorCode.InvalidRequest, "There is no such kind of coordinator.");
        if (!context.IsAllowed(AclOperation.Describe, AclResourceType.Group, request.Key))
            return Refused(ErrorCode.GroupAuthorizationFailed, "You may not see this group.");
        try
        {
            await coordinator.EnsureStartedAsync(context.Aborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or ObjectDisposedException)
        {
            return Refused(ErrorCode.CoordinatorNotAvailable, exception.Message);
        }

        ClusterNode? leader = FindLeader(request.Key, context);
        return leader is null
            ? Refused(ErrorCode.CoordinatorNotAvailable, "The group's partition of the offsets topic has no leader.")
            : new FindCoordinatorResponse { NodeId = leader.Id, Host = leader.Host, Port = leader.Port };
    }

    private ClusterNode? FindLeader(string groupId, RequestContext context)
    {
        if (cluster.FindTopic(OffsetsTopic.Name) is not { } topic) return null;
        int index = GroupPartitioner.PartitionOf(groupId, topic.PartitionCount);
        int leader = cluster.PlacementOf(topic, index).LeaderId;
        return cluster.NodesFor(context.Connection).FirstOrDefault(node => node.Id == leader);
    }

    private static FindCoordinatorResponse Refused(ErrorCode error, string reason) =>
        new() { ErrorCode = error, ErrorMessage = reason };
}
