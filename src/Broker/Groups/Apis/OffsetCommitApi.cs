using LogStore.Broker.Cluster;
using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Groups.Offsets;
using LogStore.Broker.Partitions;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Groups.Apis;

/// <summary>Commits how far groups have come. Each partition is refused or committed for itself.</summary>
internal sealed class OffsetCommitApi(GroupCoordinator coordinator, ICluster cluster)
{
    public void Register(ApiTable apis) => apis.Add<OffsetCommitRequest, OffsetCommitResponse>(CommitAsync);

    private async ValueTask<OffsetCommitResponse> CommitAsync(OffsetCommitRequest request, RequestContext context)
    {
        bool mayReadGroup = context.IsAllowed(AclOperation.Read, AclResourceType.Group, request.GroupId);
        long now = coordinator.Now.UnixMs;
        List<KeyValuePair<TopicPartition, CommittedOffset>> commits = [];
        List<(OffsetCommitResponse.Partition[] Results, int Index)> places = [];
        var response = new OffsetCommitResponse { Topics = new OffsetCommitResponse.Topic[request.Topics.Length] };
        for (int topic = 0; topic < request.Topics.Length; topic++)
        {
            OffsetCommitRequest.Topic asked = request.Topics[topic];
            var results = new OffsetCommitResponse.Partition[asked.Partitions.Length];
            response.Topics[topic] = new OffsetCommitResponse.Topic { Name = asked.Name, Partitions = results };
            bool mayReadTopic = context.IsAllowed(AclOperation.Read, AclResourceType.Topic, asked.Name);
            int partitionCount = cluster.FindTopic(asked.Name)?.PartitionCount ?? 0;
            for (int i = 0; i < results.Length; i++)
            {
                OffsetCommitRequest.Partition commit = asked.Partitions[i];
                results[i].PartitionIndex = commit.PartitionIndex;
                if (!mayReadGroup) results[i].ErrorCode = ErrorCode.GroupAuthorizationFailed;
                else if (!mayReadTopic) results[i].ErrorCode = ErrorCode.TopicAuthorizationFailed;
                else if (commit.PartitionIndex < 0 || commit.PartitionIndex >= partitionCount)
                    results[i].ErrorCode = ErrorCode.UnknownTopicOrPartition;
                else
                {
                    TopicPartition partition = new(asked.Name, commit.PartitionIndex);
                    commits.Add(new(partition, OffsetOf(request, commit, now)));
                    places.Add((results, i));
                }
            }
        }

        if (commits.Count == 0) return response;
        MemberIdentity who = new(request.MemberId, request.GroupInstanceId);
        ErrorCode[] errors =
            await coordinator.CommitAsync(request.GroupId, who, request.GenerationId, commits).ConfigureAwait(false);
        for (int i = 0; i < errors.Length; i++) places[i].Results[places[i].Index].ErrorCode = errors[i];
        return response;
    }

    private static CommittedOffset OffsetOf(
        OffsetCommitRequest request, in OffsetCommitRequest.Partition commit, long nowUnixMs)
    {
        // What a client says of times is held to what can be: sums of it must not overflow.
        long expires = request.RetentionTimeMs < 0
            ? -1
            : nowUnixMs + Math.Min(request.RetentionTimeMs, long.MaxValue / 2);
        return new CommittedOffset(
            commit.CommittedOffset, commit.CommittedLeaderEpoch, commit.CommittedMetadata ?? "",
            commit.CommitTimestamp < 0 ? nowUnixMs : commit.CommitTimestamp, expires);
    }
}
