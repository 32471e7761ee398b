using LogStore.Client.Cluster;
using LogStore.Client.Consuming;

namespace LogStore.Client;

/// <content>Which topics it is that are consumed: one that is made again has the name of the one before.</content>
public partial class Consumer
{
    /// <summary>By name, for the topics that are assigned. Guarded by the assignment's lock.</summary>
    private readonly Dictionary<string, Guid> _topicIds = new(StringComparer.Ordinal);

    /// <summary>
    /// The topic's id, as the cluster has it now: a topic that was deleted and made again has another one. Null if the broker
    /// does not tell ids (Metadata below version 10).
    /// </summary>
    /// <exception cref="ClientException">The topic is not there.</exception>
    public async Task<Guid?> FindTopicIdAsync(string topic, CancellationToken cancellationToken = default)
    {
        _cluster.Track(topic);
        int seen = _cluster.Snapshot.Version; // What was heard before may be of the topic before.
        await Retry.RunAsync(_cluster, _options.ApiTimeout, token => _cluster.RefreshAsync(seen, token), cancellationToken)
            .ConfigureAwait(false);
        TopicSnapshot found = await _cluster.GetTopicAsync(topic, cancellationToken).ConfigureAwait(false);
        return found.Id == Guid.Empty ? null : found.Id;
    }

    /// <summary>Stops the partitions of topics that are not the ones any more that were assigned.</summary>
    private void NoteTopicIds(ClusterSnapshot snapshot)
    {
        bool isOther = false;
        lock (_assignment.Gate)
        {
            HashSet<string> changed = [];
            foreach (string topic in _assignment.States.Select(state => state.Partition.Topic).Distinct(StringComparer.Ordinal))
            {
                if (snapshot.Find(topic) is not { } found || found.Id == Guid.Empty) continue;
                if (_topicIds.TryGetValue(topic, out Guid known) && known != found.Id) changed.Add(topic);
                _topicIds[topic] = found.Id;
            }

            foreach (PartitionState state in _assignment.States)
            {
                if (!changed.Contains(state.Partition.Topic)) continue;
                state.Error = new TopicRecreatedException(state.Partition, state.Position);
                isOther = true;
            }
        }

        if (isOther) _assignment.Changed.Set();
    }

    /// <summary>What is given up may come back as another.</summary>
    private void ForgetTopicIds()
    {
        lock (_assignment.Gate)
        {
            HashSet<string> assigned = [.. _assignment.States.Select(state => state.Partition.Topic)];
            foreach (string topic in _topicIds.Keys.Where(each => !assigned.Contains(each)).ToArray()) _topicIds.Remove(topic);
        }
    }
}
