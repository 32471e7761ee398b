using LogStore.Client.Cluster;
using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Client.Consuming;

/// <summary>
/// What a broker remembers of the partitions that are fetched, so that a request names only what has changed (KIP-227).
/// </summary>
internal sealed class FetchSession
{
    private readonly Dictionary<TopicPartition, FetchTarget> _known = [];
    private int _id;
    private int _epoch;

    /// <summary>Puts into a request what the broker does not know yet.</summary>
    public void Fill(FetchRequest request, IReadOnlyDictionary<TopicPartition, FetchTarget> wanted)
    {
        IEnumerable<TopicPartition> named = wanted.Keys;
        if (_epoch > 0)
        {
            TopicPartition[] forgotten = [.. _known.Keys.Where(each => !wanted.ContainsKey(each))];
            named =
                wanted.Keys.Where(each => !_known.TryGetValue(each, out FetchTarget known) || known != wanted[each]);
            request.ForgottenTopics = Partitions.ByTopic(
                forgotten,
                static (topic, of) => new FetchRequest.ForgottenTopic { Name = topic, PartitionIndexes = of },
                static each => each.Partition);
        }

        request.SessionId = _id;
        request.SessionEpoch = _epoch;
        request.Topics = Partitions.ByTopic(
            named,
            static (topic, of) => new FetchRequest.Topic { Name = topic, Partitions = of },
            each => new FetchRequest.Partition
            {
                PartitionIndex = each.Partition,
                FetchOffset = wanted[each].Offset,
                CurrentLeaderEpoch = wanted[each].LeaderEpoch,
                MaxBytes = wanted[each].MaxBytes,
            });
        _known.Clear();
        foreach ((TopicPartition partition, FetchTarget target) in wanted) _known[partition] = target;
    }

    /// <summary>
    /// Takes note of an answer; false if the broker has forgotten the session and the next request is a full one.
    /// </summary>
    public bool Accept(FetchResponse response)
    {
        if (response.ErrorCode is not ErrorCode.None)
        {
            Reset();
            return response.ErrorCode is not (ErrorCode.FetchSessionIdNotFound or ErrorCode.InvalidFetchSessionEpoch);
        }

        _id = response.SessionId;
        // Epochs count from 1 once there is a session; 0 is the request for one.
        _epoch = _id == 0 ? 0 : _epoch == int.MaxValue ? 1 : _epoch + 1;
        return true;
    }

    /// <summary>Begins anew, after the connection has ended.</summary>
    public void Reset() => (_id, _epoch) = (0, 0);
}

/// <summary>What is asked for of a partition.</summary>
internal readonly record struct FetchTarget(long Offset, int LeaderEpoch, int MaxBytes);
