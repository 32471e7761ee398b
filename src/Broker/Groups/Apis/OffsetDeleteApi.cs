using LogStore.Broker.Cluster;
using LogStore.Broker.Partitions;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Groups.Apis;

/// <summary>Deletes groups' offsets of topics that they no longer consume (KIP-496).</summary>
internal sealed class OffsetDeleteApi(GroupCoordinator coordinator, ICluster cluster)
{
    public void Register(ApiTable apis) => apis.Add<OffsetDeleteRequest, OffsetDeleteResponse>(DeleteAsync);

    private async ValueTask<OffsetDeleteResponse> DeleteAsync(OffsetDeleteRequest request, RequestContext context)
    {
        if (!context.IsAllowed(AclOperation.Delete, AclResourceType.Group, request.GroupId))
            return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed };
        List<TopicPartition> deletions = [];
        List<(OffsetDeleteResponse.Partition[] Results, int Index)> places = [];
        var response = new OffsetDeleteResponse { Topics = new OffsetDeleteResponse.Topic[request.Topics.Length] };
        for (int topic = 0; topic < request.Topics.Length; topic++)
        {
            OffsetDeleteRequest.Topic asked = request.Topics[topic];
            var results = new OffsetDeleteResponse.Partition[asked.Partitions.Length];
            response.Topics[topic] = new OffsetDeleteResponse.Topic { Name = asked.Name, Partitions = results };
            bool mayRead = context.IsAllowed(AclOperation.Read, AclResourceType.Topic, asked.Name);
            int partitionCount = cluster.FindTopic(asked.Name)?.PartitionCount ?? 0;
            for (int i = 0; i < results.Length; i++)
            {
                int index = asked.Partitions[i].PartitionIndex;
                results[i].PartitionIndex = index;
                if (!mayRead) results[i].ErrorCode = ErrorCode.TopicAuthorizationFailed;
                else if (index < 0 || index >= partitionCount) results[i].ErrorCode = ErrorCode.UnknownTopicOrPartition;
                else
                {
                    deletions.Add(new TopicPartition(asked.Name, index));
                    places.Add((results, i));
                }
            }
        }

        (ErrorCode error, ErrorCode[] errors) =
            await coordinator.DeleteOffsetsAsync(request.GroupId, [.. deletions]).ConfigureAwait(false);
        if (error != ErrorCode.None) return new() { ErrorCode = error };
        for (int i = 0; i < errors.Length; i++) places[i].Results[places[i].Index].ErrorCode = errors[i];
        return response;
    }
}
