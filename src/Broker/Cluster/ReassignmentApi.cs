using System.Collections.Immutable;
using LogStore.Broker.Requests;
using LogStore.Broker.TopicAdmin;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Security;
using LogStore.Topics;

namespace LogStore.Broker.Cluster;

/// <summary>Moves partitions to other brokers, and tells which are on the move (KIP-455).</summary>
internal sealed class ReassignmentApi(ICluster cluster)
{
    public void Register(ApiTable apis)
    {
        apis.Add<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(AlterAsync);
        apis.Add<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(List);
    }

    private async ValueTask<AlterPartitionReassignmentsResponse> AlterAsync(
        AlterPartitionReassignmentsRequest request, RequestContext context)
    {
        if (!context.IsAllowedOnCluster(AclOperation.Alter))
            return new() { ErrorCode = ErrorCode.ClusterAuthorizationFailed, ErrorMessage = "You may not move partitions." };
        var topics = new AlterPartitionReassignmentsResponse.Topic[request.Topics.Length];
        for (int topic = 0; topic < topics.Length; topic++)
        {
            AlterPartitionReassignmentsRequest.Topic asked = request.Topics[topic];
            var results = new AlterPartitionReassignmentsResponse.Partition[asked.Partitions.Length];
            for (int index = 0; index < results.Length; index++)
            {
                PartitionOutcome outcome =
                    await ReassignAsync(asked.Name, asked.Partitions[index], context).ConfigureAwait(false);
                results[index] = new()
                {
                    PartitionIndex = asked.Partitions[index].PartitionIndex,
                    ErrorCode = outcome.Error,
                    ErrorMessage = outcome.Message,
                };
            }

            topics[topic] = new() { Name = asked.Name, Partitions = results };
        }

        return new() { Topics = topics };
    }

    private async ValueTask<PartitionOutcome> ReassignAsync(
        string name, AlterPartitionReassignmentsRequest.Partition asked, RequestContext context)
    {
        if (cluster.FindTopic(name) is not { } topic || asked.PartitionIndex < 0 ||
            asked.PartitionIndex >= topic.PartitionCount)
            return new PartitionOutcome(ErrorCode.UnknownTopicOrPartition, "There is no such partition.");
        ImmutableArray<int>? replicas = asked.Replicas?.ToImmutableArray();
        if (replicas is { } wanted && ReplicaRules.Check(cluster, wanted) is { Error: not ErrorCode.None } refused)
            return refused;
        try
        {
            return await cluster.ReassignAsync(topic, asked.PartitionIndex, replicas, context.Aborted).ConfigureAwait(false);
        }
        catch (LogStoreException exception)
        {
            return new PartitionOutcome(ErrorCodes.Of(exception), ErrorCodes.MessageOf(exception));
        }
    }

    private ListPartitionReassignmentsResponse List(ListPartitionReassignmentsRequest request, RequestContext context)
    {
        if (!context.IsAllowedOnCluster(AclOperation.Describe))
            return new() { ErrorCode = ErrorCode.ClusterAuthorizationFailed, ErrorMessage = "You may not see the cluster." };
        IEnumerable<(Topic Topic, IEnumerable<int> Indexes)> asked = request.Topics is { } topics
            ? topics.DistinctBy(topic => topic.Name, StringComparer.Ordinal)
                .Select(topic => (Topic: cluster.FindTopic(topic.Name)!, Indexes: topic.PartitionIndexes.Distinct()))
                .Where(topic => topic.Topic is not null)
            : cluster.Topics.Select(topic => (topic, Enumerable.Range(0, topic.PartitionCount)));
        return new()
        {
            Topics =
            [
                .. asked.Select(each => new ListPartitionReassignmentsResponse.Topic
                {
                    Name = each.Topic.Name,
                    Partitions = [.. Moving(each.Topic, each.Indexes)],
                }).Where(topic => topic.Partitions.Length > 0),
            ],
        };
    }

    private IEnumerable<ListPartitionReassignmentsResponse.Partition> Moving(Topic topic, IEnumerable<int> indexes)
    {
        foreach (int index in indexes)
        {
            if (index < 0 || index >= topic.PartitionCount) continue;
            PartitionPlacement placement = cluster.PlacementOf(topic, index);
            if (!placement.IsReassigning) continue;
            yield return new()
            {
                PartitionIndex = index,
                Replicas = [.. placement.Replicas],
                AddingReplicas = [.. placement.AddingReplicas],
                RemovingReplicas = [.. placement.RemovingReplicas],
            };
        }
    }
}
