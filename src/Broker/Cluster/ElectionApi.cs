using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Security;
using LogStore.Topics;

namespace LogStore.Broker.Cluster;

/// <summary>Has partitions led by another replica, because someone asks for it (KIP-183, KIP-460).</summary>
internal sealed class ElectionApi(ICluster cluster)
{
    public void Register(ApiTable apis) => apis.Add<ElectLeadersRequest, ElectLeadersResponse>(ElectAsync);

    private async ValueTask<ElectLeadersResponse> ElectAsync(ElectLeadersRequest request, RequestContext context)
    {
        // One that comes again is asked for once: an answer must not be larger than what there is to say.
        List<(string Topic, int Index)> asked = request.Topics is { } topics
            ? [.. topics.SelectMany(topic => topic.PartitionIndexes.Select(index => (topic.Name, index))).Distinct()]
            : [.. cluster.Topics.SelectMany(
                topic => Enumerable.Range(0, topic.PartitionCount).Select(index => (topic.Name, index)))];
        if (!context.IsAllowedOnCluster(AclOperation.Alter))
            return Answer(ErrorCode.ClusterAuthorizationFailed, asked, _ => new(ErrorCode.ClusterAuthorizationFailed));
        if (!Enum.IsDefined(request.ElectionType))
            return Answer(ErrorCode.InvalidRequest, asked, _ => new(ErrorCode.InvalidRequest, "There is no such election."));

        List<(Topic Topic, int Index)> known = [];
        foreach ((string name, int index) in asked)
        {
            if (cluster.FindTopic(name) is { } topic && index >= 0 && index < topic.PartitionCount) known.Add((topic, index));
        }

        Dictionary<(string, int), PartitionOutcome> outcomes = [];
        try
        {
            PartitionOutcome[] elected = await cluster.ElectLeadersAsync(
                known, request.ElectionType, TimeSpan.FromMilliseconds(Math.Max(0, request.TimeoutMs)), context.Aborted)
                .ConfigureAwait(false);
            for (int i = 0; i < elected.Length; i++) outcomes.Add((known[i].Topic.Name, known[i].Index), elected[i]);
        }
        catch (LogStoreException exception)
        {
            PartitionOutcome failed = new(ErrorCodes.Of(exception), ErrorCodes.MessageOf(exception));
            foreach ((Topic topic, int index) in known) outcomes[(topic.Name, index)] = failed;
        }

        // Who asks for all wants to know where something was done, or could not be.
        if (request.Topics is null)
            asked.RemoveAll(key => outcomes.GetValueOrDefault(key).Error == ErrorCode.ElectionNotNeeded);
        return Answer(
            ErrorCode.None, asked,
            key => outcomes.TryGetValue(key, out PartitionOutcome outcome)
                ? outcome
                : new PartitionOutcome(ErrorCode.UnknownTopicOrPartition, "There is no such partition."));
    }

    private static ElectLeadersResponse Answer(
        ErrorCode error, List<(string Topic, int Index)> asked, Func<(string Topic, int Index), PartitionOutcome> outcomeOf) =>
        new()
        {
            ErrorCode = error,
            Topics =
            [
                .. asked.GroupBy(key => key.Topic, StringComparer.Ordinal).Select(topic => new ElectLeadersResponse.Topic
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(key => Describe(key.Index, outcomeOf(key)))],
                }),
            ],
        };

    private static ElectLeadersResponse.Partition Describe(int index, PartitionOutcome outcome) => new()
    {
        PartitionIndex = index,
        ErrorCode = outcome.Error,
        ErrorMessage = outcome.Message,
    };
}
