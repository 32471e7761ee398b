using LogStore.Client.Cluster;
using LogStore.KafkaProtocol.Cluster;

namespace LogStore.Client;

/// <content>Where partitions are, and who leads them.</content>
public sealed partial class AdminClient
{
    /// <summary>Has partitions led by another replica (KIP-460).</summary>
    /// <param name="type">
    /// Preferred: by the first replica, if it is in sync. Unclean: by any that is alive, where none in sync is; records that were
    /// acknowledged may be lost.
    /// </param>
    /// <param name="partitions">The partitions; null for all of the cluster.</param>
    /// <param name="cancellationToken">Gives up waiting; the elections take place all the same.</param>
    /// <returns>
    /// What became of each. Of all of the cluster, those are left out that are led so already. That some could not be elected is no
    /// error of the call.
    /// </returns>
    public async Task<IReadOnlyList<ElectionResult>> ElectLeadersAsync(
        ElectionType type, IEnumerable<TopicPartition>? partitions = null, CancellationToken cancellationToken = default)
    {
        const string What = "Electing leaders";
        var request = new ElectLeadersRequest
        {
            ElectionType = type,
            TimeoutMs = TimeoutMs / 2, // The answer that some have timed out must come before the request itself does.
            Topics = partitions is null ? null : Partitions.ByTopic(
                partitions,
                static (topic, of) => new ElectLeadersRequest.Topic { Name = topic, PartitionIndexes = of },
                static each => each.Partition),
        };
        ElectLeadersResponse response = await AskControllerAsync<ElectLeadersRequest, ElectLeadersResponse>(request, answer =>
        {
            BrokerErrorException.ThrowIfError(answer.ErrorCode, What);
            // Somebody else has become controller meanwhile: it is asked next.
            foreach (ElectLeadersResponse.Partition each in answer.Topics.SelectMany(topic => topic.Partitions))
            {
                if (each.ErrorCode == ErrorCode.NotController)
                    throw new BrokerErrorException(each.ErrorCode, What, each.ErrorMessage);
            }
        }, cancellationToken).ConfigureAwait(false);
        return
        [
            .. response.Topics.SelectMany(topic => topic.Partitions.Select(each => new ElectionResult(
                new TopicPartition(topic.Name, each.PartitionIndex), each.ErrorCode, each.ErrorMessage))),
        ];
    }

    /// <summary>Begins to move partitions to other brokers, or calls that off (KIP-455).</summary>
    /// <param name="replicas">
    /// The brokers that each partition shall have, the preferred leader first; null calls off what is under way. The new ones
    /// catch up first, then the others go: <see cref="ListPartitionReassignmentsAsync"/> tells when it is done.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; what was asked for takes place all the same.</param>
    /// <exception cref="BrokerErrorException">
    /// <see cref="ErrorCode.InvalidReplicaAssignment"/>: a broker is not there, or named twice.
    /// <see cref="ErrorCode.NoReassignmentInProgress"/>: there is nothing to call off.
    /// </exception>
    public async Task AlterPartitionReassignmentsAsync(
        IReadOnlyDictionary<TopicPartition, IReadOnlyList<int>?> replicas, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        var request = new AlterPartitionReassignmentsRequest
        {
            TimeoutMs = TimeoutMs,
            Topics = Partitions.ByTopic(
                replicas.Keys,
                static (topic, of) => new AlterPartitionReassignmentsRequest.Topic { Name = topic, Partitions = of },
                each => new AlterPartitionReassignmentsRequest.Partition
                {
                    PartitionIndex = each.Partition,
                    Replicas = replicas[each]?.ToArray(),
                }),
        };
        await AskControllerAsync<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(request, answer =>
        {
            BrokerErrorException.ThrowIfError(answer.ErrorCode, "Moving partitions", answer.ErrorMessage);
            foreach (AlterPartitionReassignmentsResponse.Topic topic in answer.Topics)
            {
                foreach (AlterPartitionReassignmentsResponse.Partition each in topic.Partitions)
                {
                    var partition = new TopicPartition(topic.Name, each.PartitionIndex);
                    if (each.ErrorCode == ErrorCode.UnknownTopicOrPartition) throw new UnknownPartitionException(partition);
                    BrokerErrorException.ThrowIfError(each.ErrorCode, $"Moving {partition}", each.ErrorMessage);
                }
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the partitions that are being moved (KIP-455).</summary>
    /// <param name="partitions">The partitions to look at; null for all. Those that are not being moved are left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<PartitionReassignment>> ListPartitionReassignmentsAsync(
        IEnumerable<TopicPartition>? partitions = null, CancellationToken cancellationToken = default)
    {
        var request = new ListPartitionReassignmentsRequest
        {
            TimeoutMs = TimeoutMs,
            Topics = partitions is null ? null : Partitions.ByTopic(
                partitions,
                static (topic, of) => new ListPartitionReassignmentsRequest.Topic { Name = topic, PartitionIndexes = of },
                static each => each.Partition),
        };
        ListPartitionReassignmentsResponse response =
            await AskControllerAsync<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(
                request,
                answer => BrokerErrorException.ThrowIfError(
                    answer.ErrorCode, "Listing the partitions that are being moved", answer.ErrorMessage),
                cancellationToken).ConfigureAwait(false);
        return
        [
            .. response.Topics.SelectMany(topic => topic.Partitions.Select(each => new PartitionReassignment(
                new TopicPartition(topic.Name, each.PartitionIndex), each.Replicas, each.AddingReplicas,
                each.RemovingReplicas))),
        ];
    }
}
