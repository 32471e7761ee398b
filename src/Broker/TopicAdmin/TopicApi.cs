using System.Collections.Immutable;
using LogStore.Broker.Cluster;
using LogStore.Broker.Partitions;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Topics;
using LogStore.Topics;

namespace LogStore.Broker.TopicAdmin;

/// <summary>Makes, extends and deletes topics, and deletes records.</summary>
internal sealed class TopicApi(PartitionTable partitions, TopicFactory factory, ICluster cluster, TimeProvider clock)
{
    private const long ToHighWatermark = -1;

    public void Register(ApiTable apis)
    {
        apis.Add<CreateTopicsRequest, CreateTopicsResponse>(CreateTopicsAsync);
        apis.Add<DeleteTopicsRequest, DeleteTopicsResponse>(DeleteTopicsAsync);
        apis.Add<CreatePartitionsRequest, CreatePartitionsResponse>(CreatePartitionsAsync);
        apis.Add<DeleteRecordsRequest, DeleteRecordsResponse>(DeleteRecordsAsync);
    }

    private async ValueTask<CreateTopicsResponse> CreateTopicsAsync(CreateTopicsRequest request, RequestContext context)
    {
        using CancellationTokenSource deadline = Deadline(request.TimeoutMs);
        var results = new CreateTopicsResponse.Topic[request.Topics.Length];
        Dictionary<string, int> named = request.Topics.CountBy(topic => topic.Name, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        for (int index = 0; index < results.Length; index++)
        {
            CreateTopicsRequest.Topic asked = request.Topics[index];
            (ErrorCode error, string? message) = named[asked.Name] > 1
                ? (ErrorCode.InvalidRequest, "The request names the topic twice.")
                : await CreateAsync(asked, request.ValidateOnly, context, deadline.Token).ConfigureAwait(false);
            results[index] = new() { Name = asked.Name, ErrorCode = error, ErrorMessage = message };
        }

        return new() { Topics = results };
    }

    private async ValueTask<(ErrorCode Error, string? Message)> CreateAsync(
        CreateTopicsRequest.Topic asked, bool validateOnly, RequestContext context, CancellationToken deadline)
    {
        if (!context.IsAllowedOnCluster(AclOperation.Create) &&
            !context.IsAllowed(AclOperation.Create, AclResourceType.Topic, asked.Name))
            return (ErrorCode.TopicAuthorizationFailed, null);
        try
        {
            TopicName.Validate(asked.Name);
            if (cluster.FindTopic(asked.Name) is not null) throw new TopicExistsException(asked.Name);
            if (Plan(asked, out NewTopic plan) is { Error: not ErrorCode.None } refused)
                return (refused.Error, refused.Message);
            LogConfig config = factory.DefaultConfig;
            foreach (CreateTopicsRequest.Config setting in asked.Configs)
            {
                if (setting.Value is not null) config = config.With(setting.Name, setting.Value);
            }

            if (!validateOnly)
                await cluster.CreateTopicAsync(plan with { Config = config }, deadline).AsTask().WaitAsync(deadline).ConfigureAwait(false);
            return (ErrorCode.None, null);
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            return Failure(exception);
        }
    }

    /// <summary>How many partitions and replicas are wanted, and where: -1 stands for what the broker's settings say.</summary>
    private PartitionOutcome Plan(in CreateTopicsRequest.Topic asked, out NewTopic plan)
    {
        plan = new NewTopic(asked.Name, factory.DefaultConfig)
        {
            PartitionCount = asked.NumPartitions == -1 ? factory.DefaultPartitions : asked.NumPartitions,
            ReplicationFactor = asked.ReplicationFactor == -1 ? factory.DefaultReplicationFactor : asked.ReplicationFactor,
        };
        if (asked.Assignments.Length > 0) return PlanAssigned(asked, ref plan);
        if (ReplicaRules.CheckFactor(cluster, plan.ReplicationFactor) is { Error: not ErrorCode.None } refused) return refused;
        return plan.PartitionCount is >= 1 and <= Topic.MaxPartitions
            ? default
            : new PartitionOutcome(
                ErrorCode.InvalidPartitions, $"A topic has 1 to {Topic.MaxPartitions} partitions, not {plan.PartitionCount}.");
    }

    private PartitionOutcome PlanAssigned(in CreateTopicsRequest.Topic asked, ref NewTopic plan)
    {
        if (asked.NumPartitions != -1 || asked.ReplicationFactor != -1)
            return new PartitionOutcome(ErrorCode.InvalidRequest, "Name either the replicas or their number.");
        CreateTopicsRequest.Assignment[] ordered = [.. asked.Assignments.OrderBy(each => each.PartitionIndex)];
        if (!ordered.Select(each => each.PartitionIndex).SequenceEqual(Enumerable.Range(0, ordered.Length)))
            return new PartitionOutcome(ErrorCode.InvalidReplicaAssignment, "Partitions are numbered from 0 without a gap.");
        ImmutableArray<int>[] assignments = Array.ConvertAll(ordered, each => each.BrokerIds.ToImmutableArray());
        plan = plan with
        {
            PartitionCount = assignments.Length,
            ReplicationFactor = assignments[0].Length,
            Assignments = assignments,
        };
        return ReplicaRules.Check(cluster, assignments);
    }

    private async ValueTask<DeleteTopicsResponse> DeleteTopicsAsync(DeleteTopicsRequest request, RequestContext context)
    {
        using CancellationTokenSource deadline = Deadline(request.TimeoutMs);
        var results = new DeleteTopicsResponse.Topic[request.TopicNames.Length];
        for (int index = 0; index < results.Length; index++)
        {
            string name = request.TopicNames[index];
            results[index] = new() { Name = name, ErrorCode = await DeleteAsync(name, context, deadline.Token).ConfigureAwait(false) };
        }

        return new() { Topics = results };
    }

    private async ValueTask<ErrorCode> DeleteAsync(string name, RequestContext context, CancellationToken deadline)
    {
        if (!context.IsAllowed(AclOperation.Delete, AclResourceType.Topic, name)) return ErrorCode.TopicAuthorizationFailed;
        if (TopicFactory.IsInternal(name)) return ErrorCode.InvalidTopic;
        try
        {
            await cluster.DeleteTopicAsync(name, deadline).AsTask().WaitAsync(deadline).ConfigureAwait(false);
            return ErrorCode.None;
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            return Failure(exception).Error;
        }
    }

    private async ValueTask<CreatePartitionsResponse> CreatePartitionsAsync(
        CreatePartitionsRequest request, RequestContext context)
    {
        using CancellationTokenSource deadline = Deadline(request.TimeoutMs);
        var results = new CreatePartitionsResponse.Topic[request.Topics.Length];
        for (int index = 0; index < results.Length; index++)
        {
            CreatePartitionsRequest.Topic asked = request.Topics[index];
            (ErrorCode error, string? message) =
                await ExtendAsync(asked, request.ValidateOnly, context, deadline.Token).ConfigureAwait(false);
            results[index] = new() { Name = asked.Name, ErrorCode = error, ErrorMessage = message };
        }

        return new() { Topics = results };
    }

    private async ValueTask<(ErrorCode Error, string? Message)> ExtendAsync(
        CreatePartitionsRequest.Topic asked, bool validateOnly, RequestContext context, CancellationToken deadline)
    {
        if (!context.IsAllowed(AclOperation.Alter, AclResourceType.Topic, asked.Name))
            return (ErrorCode.TopicAuthorizationFailed, null);
        Topic? topic = cluster.FindTopic(asked.Name);
        if (topic is null) return (ErrorCode.UnknownTopicOrPartition, null);
        if (TopicFactory.IsInternal(asked.Name)) return (ErrorCode.InvalidTopic, "The topic is the broker's own.");
        if (asked.Count <= topic.PartitionCount || asked.Count > Topic.MaxPartitions)
            return (
                ErrorCode.InvalidPartitions,
                $"The topic has {topic.PartitionCount} partitions: ask for more than that, and at most {Topic.MaxPartitions}.");
        ImmutableArray<int>[]? assignments =
            asked.Assignments is null ? null : Array.ConvertAll(asked.Assignments, each => each.BrokerIds.ToImmutableArray());
        if (assignments is not null && CheckMore(topic, asked.Count, assignments) is { Error: not ErrorCode.None } refused)
            return (refused.Error, refused.Message);
        try
        {
            if (!validateOnly)
            {
                await cluster.AddPartitionsAsync(asked.Name, asked.Count, assignments, deadline).AsTask().WaitAsync(deadline)
                    .ConfigureAwait(false);
            }

            return (ErrorCode.None, null);
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            return Failure(exception);
        }
    }

    /// <summary>Checks where new partitions shall be: their replicas are named one partition after the other.</summary>
    private PartitionOutcome CheckMore(Topic topic, int count, ImmutableArray<int>[] assignments)
    {
        if (assignments.Length != count - topic.PartitionCount)
            return new PartitionOutcome(
                ErrorCode.InvalidReplicaAssignment,
                $"{count - topic.PartitionCount} partitions are added, and the replicas of {assignments.Length} are named.");
        int factor = cluster.PlacementOf(topic, 0).Replicas.Length;
        return factor == 0 || assignments[0].Length == factor
            ? ReplicaRules.Check(cluster, assignments)
            : new PartitionOutcome(
                ErrorCode.InvalidReplicaAssignment, $"The topic's other partitions have {factor} replicas, and so shall these.");
    }

    /// <summary>
    /// Until when the client waits. A change that has not begun by then never does; one that has goes on without the client.
    /// Who says nothing waits for as long as it takes.
    /// </summary>
    private CancellationTokenSource Deadline(int timeoutMs) =>
        timeoutMs > 0 ? new CancellationTokenSource(TimeSpan.FromMilliseconds(timeoutMs), clock) : new CancellationTokenSource();

    private static bool IsExpected(Exception exception) =>
        exception is LogStoreException or IOException or UnauthorizedAccessException or OperationCanceledException;

    private static (ErrorCode Error, string? Message) Failure(Exception exception) => exception is OperationCanceledException
        ? (ErrorCode.RequestTimedOut, "It has not come about in time.")
        : (ErrorCodes.Of(exception), ErrorCodes.MessageOf(exception));

    private async ValueTask<DeleteRecordsResponse> DeleteRecordsAsync(DeleteRecordsRequest request, RequestContext context)
    {
        var topics = new DeleteRecordsResponse.Topic[request.Topics.Length];
        for (int topic = 0; topic < topics.Length; topic++)
        {
            DeleteRecordsRequest.Topic asked = request.Topics[topic];
            topics[topic] = new() { Name = asked.Name, Partitions = new DeleteRecordsResponse.Partition[asked.Partitions.Length] };
            for (int index = 0; index < asked.Partitions.Length; index++)
            {
                topics[topic].Partitions[index] =
                    await DeleteAsync(asked.Name, asked.Partitions[index], context).ConfigureAwait(false);
            }
        }

        return new() { Topics = topics };
    }

    private async ValueTask<DeleteRecordsResponse.Partition> DeleteAsync(
        string topic, DeleteRecordsRequest.Partition asked, RequestContext context)
    {
        DeleteRecordsResponse.Partition result = new() { PartitionIndex = asked.PartitionIndex, LowWatermark = -1 };
        if (!context.IsAllowed(AclOperation.Delete, AclResourceType.Topic, topic))
            return result with { ErrorCode = ErrorCode.TopicAuthorizationFailed };
        ErrorCode error = partitions.Find(topic, asked.PartitionIndex, out Partition partition);
        if (error != ErrorCode.None) return result with { ErrorCode = error };
        long offset = asked.Offset == ToHighWatermark ? partition.HighWatermark : asked.Offset;
        if (offset < 0 || offset > partition.HighWatermark) return result with { ErrorCode = ErrorCode.OffsetOutOfRange };
        try
        {
            return result with { LowWatermark = await partition.DeleteRecordsAsync(offset).ConfigureAwait(false) };
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or ObjectDisposedException)
        {
            return result with { ErrorCode = ErrorCodes.Of(exception) };
        }
    }
}
