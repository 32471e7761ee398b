using LogStore.Broker.Cluster;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Security;
using LogStore.Topics;

namespace LogStore.Broker.TopicAdmin;

/// <summary>Tells clients which brokers there are, and who leads which partition.</summary>
internal sealed class MetadataApi(TopicFactory factory, ICluster cluster)
{
    private static readonly AclOperation[] TopicOperations =
    [
        AclOperation.Read, AclOperation.Write, AclOperation.Create, AclOperation.Delete, AclOperation.Alter,
        AclOperation.Describe, AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
    ];

    private static readonly AclOperation[] ClusterOperations =
    [
        AclOperation.Create, AclOperation.Alter, AclOperation.Describe, AclOperation.ClusterAction,
        AclOperation.DescribeConfigs, AclOperation.AlterConfigs, AclOperation.IdempotentWrite,
    ];

    public void Register(ApiTable apis)
    {
        apis.Add<MetadataRequest, MetadataResponse>(MetadataAsync);
        apis.Add<DescribeClusterRequest, DescribeClusterResponse>(DescribeCluster);
    }

    private async ValueTask<MetadataResponse> MetadataAsync(MetadataRequest request, RequestContext context)
    {
        IReadOnlyList<ClusterNode> nodes = cluster.NodesFor(context.Connection);
        List<MetadataResponse.Topic> topics = [];
        // Version 0 has no null: there the empty list asks for all topics.
        if (request.Topics is null || (context.Version == 0 && request.Topics.Length == 0))
        {
            foreach (Topic topic in cluster.Topics)
            {
                if (context.IsAllowed(AclOperation.Describe, AclResourceType.Topic, topic.Name))
                    topics.Add(Describe(topic, nodes, request, context));
            }
        }
        else
        {
            // A name that comes again is told once: an answer must not be larger than what there is to tell.
            foreach (MetadataRequest.Topic asked in request.Topics.DistinctBy(topic => topic.Name, StringComparer.Ordinal))
            {
                topics.Add(asked.Name is { } name
                    ? await FindAsync(name, nodes, request, context).ConfigureAwait(false)
                    : new() { TopicId = asked.TopicId, ErrorCode = ErrorCode.InvalidRequest });
            }
        }

        return new MetadataResponse
        {
            Brokers =
            [
                .. nodes.Select(node => new MetadataResponse.Broker
                {
                    NodeId = node.Id,
                    Host = node.Host,
                    Port = node.Port,
                    Rack = node.Rack,
                }),
            ],
            ClusterId = cluster.ClusterId,
            ControllerId = cluster.ControllerId,
            Topics = [.. topics],
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations
                ? AllowedOnCluster(context)
                : AclOperations.NotAsked,
        };
    }

    private async ValueTask<MetadataResponse.Topic> FindAsync(
        string name, IReadOnlyList<ClusterNode> nodes, MetadataRequest request, RequestContext context)
    {
        if (!context.IsAllowed(AclOperation.Describe, AclResourceType.Topic, name))
            return new() { Name = name, ErrorCode = ErrorCode.TopicAuthorizationFailed };
        Topic? topic = cluster.FindTopic(name);
        if (topic is null && factory.MakesTopics && request.AllowAutoTopicCreation && !TopicFactory.IsInternal(name))
        {
            if (!context.IsAllowedOnCluster(AclOperation.Create) &&
                !context.IsAllowed(AclOperation.Create, AclResourceType.Topic, name))
                return new() { Name = name, ErrorCode = ErrorCode.TopicAuthorizationFailed };
            try
            {
                topic = await factory.FindOrCreateAsync(name).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException)
            {
                return new() { Name = name, ErrorCode = ErrorCodes.Of(exception) };
            }
        }

        return topic is null
            ? new() { Name = name, ErrorCode = Reason(name) }
            : Describe(topic, nodes, request, context);
    }

    private static ErrorCode Reason(string name)
    {
        try
        {
            TopicName.Validate(name);
            return ErrorCode.UnknownTopicOrPartition;
        }
        catch (InvalidTopicException)
        {
            return ErrorCode.InvalidTopic;
        }
    }

    private MetadataResponse.Topic Describe(
        Topic topic, IReadOnlyList<ClusterNode> nodes, MetadataRequest request, RequestContext context)
    {
        var described = new MetadataResponse.Partition[topic.PartitionCount];
        for (int index = 0; index < described.Length; index++)
        {
            PartitionPlacement placement = cluster.PlacementOf(topic, index);
            // A leader that this client has no way to is none for it.
            bool hasLeader = nodes.Any(node => node.Id == placement.LeaderId);
            described[index] = new()
            {
                PartitionIndex = index,
                ErrorCode = hasLeader ? ErrorCode.None : ErrorCode.LeaderNotAvailable,
                LeaderId = hasLeader ? placement.LeaderId : PartitionPlacement.NoLeader,
                LeaderEpoch = placement.LeaderEpoch,
                ReplicaNodes = [.. placement.Replicas],
                IsrNodes = [.. placement.InSyncReplicas],
                OfflineReplicas = [.. placement.OfflineReplicas],
            };
        }

        return new()
        {
            Name = topic.Name,
            TopicId = topic.Id,
            IsInternal = TopicFactory.IsInternal(topic.Name),
            Partitions = described,
            TopicAuthorizedOperations = request.IncludeTopicAuthorizedOperations
                ? AclOperations.Of(Array.FindAll(
                    TopicOperations, operation => context.IsAllowed(operation, AclResourceType.Topic, topic.Name)))
                : AclOperations.NotAsked,
        };
    }

    private DescribeClusterResponse DescribeCluster(DescribeClusterRequest request, RequestContext context) => new()
    {
        ClusterId = cluster.ClusterId,
        ControllerId = cluster.ControllerId,
        Brokers =
        [
            .. cluster.NodesFor(context.Connection).Select(node => new DescribeClusterResponse.Broker
            {
                NodeId = node.Id,
                Host = node.Host,
                Port = node.Port,
                Rack = node.Rack,
            }),
        ],
        ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations
            ? AllowedOnCluster(context)
            : AclOperations.NotAsked,
    };

    private static int AllowedOnCluster(RequestContext context) =>
        AclOperations.Of(Array.FindAll(ClusterOperations, context.IsAllowedOnCluster));
}
