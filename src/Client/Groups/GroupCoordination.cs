using LogStore.Client.Cluster;
using LogStore.Client.Connections;
using LogStore.KafkaProtocol.Groups;

namespace LogStore.Client.Groups;

/// <summary>What a consumer asks of its group's coordinator, apart from joining.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class GroupCoordination(ConsumerOptions options, ClusterClient cluster)
{
    private readonly CoordinatorLocator _locator = new(cluster, options.GroupId!);

    public string GroupId => options.GroupId!;

    /// <summary>Takes note of an error that may mean that the coordinator has moved.</summary>
    public void Note(ErrorCode code) => _locator.Note(code);

    /// <summary>Asks the coordinator once.</summary>
    public async Task<TResponse> AskAsync<TRequest, TResponse>(
        TRequest request, LinkPurpose purpose, TimeSpan timeout, CancellationToken cancellationToken)
        where TRequest : IRequest<TResponse>
        where TResponse : IResponse, new()
    {
        try
        {
            BrokerConnection connection = await _locator.ConnectAsync(purpose, cancellationToken).ConfigureAwait(false);
            return await connection.SendAsync<TRequest, TResponse>(request, timeout, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ClientException e)
        {
            _locator.Note(e.ErrorCode);
            throw;
        }
    }

    /// <summary>Commits offsets, again and again where that can help.</summary>
    /// <exception cref="CommitFailedException">The group has gone on without this member.</exception>
    public async Task CommitAsync(
        GroupState state, IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets,
        CancellationToken cancellationToken)
    {
        if (offsets.Count == 0) return;
        var request = new OffsetCommitRequest
        {
            GroupId = GroupId,
            GenerationId = state.Generation,
            MemberId = state.MemberId,
            GroupInstanceId = state.IsMember ? options.GroupInstanceId : null,
            Topics = GroupOffsets.CommitTopics(offsets),
        };
        await Retry.RunAsync(cluster, options.ApiTimeout, async token =>
        {
            OffsetCommitResponse response = await AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
                request, LinkPurpose.General, options.RequestTimeout, token).ConfigureAwait(false);
            (ErrorCode code, TopicPartition partition) = GroupOffsets.FirstError(response);
            if (code is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress or
                ErrorCode.FencedInstanceId)
                throw new CommitFailedException(GroupId, code);
            _locator.Note(code);
            BrokerErrorException.ThrowIfError(code, $"Committing group '{GroupId}' in {partition}");
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads committed offsets.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, CommittedOffset>> ReadCommittedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) =>
        await Retry.RunAsync(cluster, options.ApiTimeout, async token =>
        {
            OffsetFetchResponse response = await AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
                GroupOffsets.FetchRequest(GroupId, partitions), LinkPurpose.General, options.RequestTimeout, token)
                .ConfigureAwait(false);
            _locator.Note(response.ErrorCode);
            return GroupOffsets.Read(response, GroupId);
        }, cancellationToken).ConfigureAwait(false);

    /// <summary>Says that the member lives.</summary>
    public async Task<ErrorCode> HeartbeatAsync(GroupState state, CancellationToken cancellationToken)
    {
        var request = new HeartbeatRequest
        {
            GroupId = GroupId,
            GenerationId = state.Generation,
            MemberId = state.MemberId,
            GroupInstanceId = options.GroupInstanceId,
        };
        HeartbeatResponse response = await AskAsync<HeartbeatRequest, HeartbeatResponse>(
            request, LinkPurpose.General, options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        _locator.Note(response.ErrorCode);
        return response.ErrorCode;
    }

    /// <summary>Says that the member goes, so that the others need not wait for its session to end.</summary>
    public async Task LeaveAsync(GroupState state, CancellationToken cancellationToken)
    {
        var request = new LeaveGroupRequest
        {
            GroupId = GroupId,
            MemberId = state.MemberId,
            Members = [new() { MemberId = state.MemberId, GroupInstanceId = options.GroupInstanceId }],
        };
        await AskAsync<LeaveGroupRequest, LeaveGroupResponse>(
            request, LinkPurpose.General, options.RequestTimeout, cancellationToken).ConfigureAwait(false);
    }
}
