using LogStore.Client.Cluster;
using LogStore.Client.Groups;
using LogStore.KafkaProtocol.ConsumerProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Client;

/// <content>Groups.</content>
public sealed partial class AdminClient
{
    /// <summary>Lists the groups of all brokers, by name.</summary>
    public async Task<IReadOnlyList<GroupListing>> ListGroupsAsync(CancellationToken cancellationToken = default)
    {
        ClusterSnapshot snapshot = await Retry.RunAsync(
            _cluster, _options.ApiTimeout, token => _cluster.RefreshAsync(_cluster.Snapshot.Version, token),
            cancellationToken).ConfigureAwait(false);
        List<GroupListing> groups = [];
        foreach (int nodeId in snapshot.Nodes.Keys)
        {
            ListGroupsResponse response = await AskAsync<ListGroupsRequest, ListGroupsResponse>(
                token => ConnectNodeAsync(nodeId, token), new ListGroupsRequest(),
                answer => BrokerErrorException.ThrowIfError(answer.ErrorCode, $"Listing the groups of broker {nodeId}"),
                cancellationToken).ConfigureAwait(false);
            groups.AddRange(response.Groups.Select(each => new GroupListing(each.GroupId, each.ProtocolType, nodeId)));
        }

        return [.. groups.OrderBy(each => each.GroupId, StringComparer.Ordinal)];
    }

    /// <summary>Describes a group. One that does not exist is in the state Dead, and has no members.</summary>
    public async Task<GroupDescription> DescribeGroupAsync(
        string groupId, CancellationToken cancellationToken = default)
    {
        DescribeGroupsResponse response = await AskCoordinatorAsync<DescribeGroupsRequest, DescribeGroupsResponse>(
            groupId, new DescribeGroupsRequest { GroupIds = [groupId] }, answer =>
        {
            foreach (DescribeGroupsResponse.Group each in answer.Groups)
                BrokerErrorException.ThrowIfError(each.ErrorCode, $"Describing group '{groupId}'");
        }, cancellationToken).ConfigureAwait(false);
        DescribeGroupsResponse.Group group = response.Groups.Single(each => each.GroupId == groupId);
        return new GroupDescription(
            group.GroupId, group.State, group.ProtocolType, group.ProtocolData,
            [
                .. group.Members.Select(member => new GroupMemberDescription(
                    member.MemberId, member.GroupInstanceId, member.ClientId, member.ClientHost,
                    ReadAssignment(group.ProtocolType, member.MemberAssignment))),
            ]);
    }

    /// <summary>Deletes groups that have no members, with their offsets.</summary>
    public async Task DeleteGroupsAsync(IEnumerable<string> groupIds, CancellationToken cancellationToken = default)
    {
        foreach (string groupId in groupIds)
        {
            await AskCoordinatorAsync<DeleteGroupsRequest, DeleteGroupsResponse>(
                groupId, new DeleteGroupsRequest { GroupIds = [groupId] }, answer =>
            {
                foreach (DeleteGroupsResponse.Group each in answer.Groups)
                    BrokerErrorException.ThrowIfError(each.ErrorCode, $"Deleting group '{each.GroupId}'");
            }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The offsets that a group has committed.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="partitions">
    /// Of which partitions; null for all. Those without an offset are not in the result.
    /// </param>
    public async Task<IReadOnlyDictionary<TopicPartition, CommittedOffset>> ListGroupOffsetsAsync(
        string groupId, IEnumerable<TopicPartition>? partitions = null, CancellationToken cancellationToken = default)
    {
        Dictionary<TopicPartition, CommittedOffset> offsets = [];
        await AskCoordinatorAsync<OffsetFetchRequest, OffsetFetchResponse>(
            groupId, GroupOffsets.FetchRequest(groupId, partitions),
            answer => offsets = GroupOffsets.Read(answer, groupId), cancellationToken).ConfigureAwait(false);
        return offsets;
    }

    /// <summary>Sets a group's offsets. The group must have no members.</summary>
    public async Task AlterGroupOffsetsAsync(
        string groupId, IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        var request = new OffsetCommitRequest { GroupId = groupId, Topics = GroupOffsets.CommitTopics(offsets) };
        await AskCoordinatorAsync<OffsetCommitRequest, OffsetCommitResponse>(groupId, request, answer =>
        {
            (ErrorCode code, TopicPartition partition) = GroupOffsets.FirstError(answer);
            // The coordinator takes offsets from outside only for a group without members.
            string? hint = code == ErrorCode.UnknownMemberId ? "the group has members; stop its consumers first" : null;
            BrokerErrorException.ThrowIfError(code, $"Setting the offset of group '{groupId}' in {partition}", hint);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a group's offsets of some partitions, to which no member may be subscribed.</summary>
    public async Task DeleteGroupOffsetsAsync(
        string groupId, IEnumerable<TopicPartition> partitions, CancellationToken cancellationToken = default)
    {
        var request = new OffsetDeleteRequest
        {
            GroupId = groupId,
            Topics = Partitions.ByTopic(
                partitions,
                static (topic, of) => new OffsetDeleteRequest.Topic { Name = topic, Partitions = of },
                static each => new OffsetDeleteRequest.Partition { PartitionIndex = each.Partition }),
        };
        await AskCoordinatorAsync<OffsetDeleteRequest, OffsetDeleteResponse>(groupId, request, answer =>
        {
            BrokerErrorException.ThrowIfError(answer.ErrorCode, $"Deleting offsets of group '{groupId}'");
            foreach (OffsetDeleteResponse.Topic topic in answer.Topics)
            {
                foreach (OffsetDeleteResponse.Partition each in topic.Partitions)
                {
                    BrokerErrorException.ThrowIfError(
                        each.ErrorCode,
                        $"Deleting the offset of group '{groupId}' in {topic.Name}-{each.PartitionIndex}");
                }
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks up offsets of partitions by time, or where they begin or end.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, OffsetResult>> ListOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, OffsetSpec> specs,
        KafkaProtocol.Fetch.IsolationLevel isolationLevel = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specs);
        return await OffsetLookup.RunAsync(_cluster, specs, isolationLevel, cancellationToken).ConfigureAwait(false);
    }

    private static List<TopicPartition> ReadAssignment(string protocolType, ReadOnlyMemory<byte> assignment)
    {
        if (protocolType != "consumer" || assignment.IsEmpty) return [];
        try
        {
            return Embedded.Read(VersionedFormat.Read<ConsumerAssignment>(assignment).AssignedPartitions);
        }
        catch (MalformedMessageException)
        {
            return []; // Members may tell each other what they like.
        }
    }
}
