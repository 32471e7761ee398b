using LogStore.Broker.Groups.Offsets;
using LogStore.Broker.Partitions;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Groups.Apis;

/// <summary>Says how far groups have come.</summary>
internal sealed class OffsetFetchApi(GroupCoordinator coordinator)
{
    /// <summary>Below it an error of the whole has no place of its own, and stands beside each partition.</summary>
    private const short FirstVersionWithError = 2;

    public void Register(ApiTable apis) => apis.Add<OffsetFetchRequest, OffsetFetchResponse>(Fetch);

    private OffsetFetchResponse Fetch(OffsetFetchRequest request, RequestContext context)
    {
        if (!context.IsAllowed(AclOperation.Describe, AclResourceType.Group, request.GroupId))
            return Refused(ErrorCode.GroupAuthorizationFailed, request, context);
        ErrorCode error;
        if (request.Topics is null)
        {
            error = coordinator.FetchAllOffsets(
                request.GroupId, out KeyValuePair<TopicPartition, CommittedOffset>[] all);
            return error == ErrorCode.None ? All(all, context) : Refused(error, request, context);
        }

        var response = new OffsetFetchResponse { Topics = new OffsetFetchResponse.Topic[request.Topics.Length] };
        HashSet<TopicPartition> answered = [];
        for (int topic = 0; topic < request.Topics.Length; topic++)
        {
            OffsetFetchRequest.Topic asked = request.Topics[topic];
            // Each once: to name a partition over and over must not multiply the metadata that was committed with it.
            TopicPartition[] partitions =
                [.. asked.PartitionIndexes.Select(index => new TopicPartition(asked.Name, index)).Where(answered.Add)];
            error = coordinator.FetchOffsets(request.GroupId, partitions, out CommittedOffset?[] offsets);
            if (error != ErrorCode.None) return Refused(error, request, context);
            bool mayDescribe = context.IsAllowed(AclOperation.Describe, AclResourceType.Topic, asked.Name);
            response.Topics[topic] = new OffsetFetchResponse.Topic
            {
                Name = asked.Name,
                Partitions =
                [
                    .. partitions.Select((partition, i) => mayDescribe
                        ? Of(partition.Index, offsets[i])
                        : Of(partition.Index, null, ErrorCode.TopicAuthorizationFailed)),
                ],
            };
        }

        return response;
    }

    private static OffsetFetchResponse All(
        KeyValuePair<TopicPartition, CommittedOffset>[] all, RequestContext context) => new()
        {
            Topics =
        [
            .. all.GroupBy(each => each.Key.Topic)
                .Where(topic => context.IsAllowed(AclOperation.Describe, AclResourceType.Topic, topic.Key))
                .Select(topic => new OffsetFetchResponse.Topic
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(each => Of(each.Key.Index, each.Value))],
                }),
        ],
        };

    private static OffsetFetchResponse Refused(ErrorCode error, OffsetFetchRequest request, RequestContext context)
    {
        if (context.Version >= FirstVersionWithError) return new() { ErrorCode = error };
        return new OffsetFetchResponse
        {
            Topics = Array.ConvertAll(request.Topics ?? [], topic => new OffsetFetchResponse.Topic
            {
                Name = topic.Name,
                Partitions = Array.ConvertAll(topic.PartitionIndexes, index => Of(index, null, error)),
            }),
        };
    }

    private static OffsetFetchResponse.Partition Of(
        int index, CommittedOffset? offset, ErrorCode error = ErrorCode.None) => new()
        {
            PartitionIndex = index,
            CommittedOffset = offset?.Offset ?? -1,
            CommittedLeaderEpoch = offset?.LeaderEpoch ?? -1,
            Metadata = offset?.Metadata ?? "",
            ErrorCode = error,
        };
}
