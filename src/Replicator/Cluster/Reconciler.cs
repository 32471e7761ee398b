using LogStore.Replicator.Diagnostics;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Replicas;
using LogStore.Topics;
using Microsoft.Extensions.Logging;

namespace LogStore.Replicator.Cluster;

/// <summary>
/// Makes the data directory what the cluster wants it to be: opens the logs of the partitions that this broker has a replica
/// of, and deletes those that it has no longer. Topics that the cluster does not know, and has not deleted, are set aside.
/// </summary>
/// <remarks>One run at a time; the caller sees to that.</remarks>
internal sealed class Reconciler(
    LiveBroker self, DataDirectory directory, ReplicaManager replicas, IClusterListener listener, ILogger logger)
{
    public async Task RunAsync(Func<ClusterImage> latest)
    {
        await DeleteAsync(latest()).ConfigureAwait(false);
        foreach (Topic topic in latest().Topics.Values)
        {
            try
            {
                await OpenAsync(topic, latest).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException)
            {
                ReplicaEvents.ReconcileFailed(logger, topic.Name, exception);
            }
        }
    }

    private async Task DeleteAsync(ClusterImage image)
    {
        foreach (Topic topic in directory.Topics)
        {
            try
            {
                if (!image.TopicsById.ContainsKey(topic.Id))
                {
                    for (int index = 0; index < topic.PartitionCount; index++) Close(new PartitionId(topic.Id, index));
                    if (image.DeletedTopics.Contains(topic.Id))
                    {
                        await directory.DeleteTopicAsync(topic.Name).ConfigureAwait(false);
                        continue;
                    }

                    // The cluster knows nothing of it, which is no reason to delete it: the store may have forgotten it.
                    await directory.SetTopicAsideAsync(topic.Name).ConfigureAwait(false);
                    ReplicaEvents.SetAside(logger, topic.Name, topic.Id, directory.Directory, DataDirectory.StraySuffix);
                    continue;
                }

                for (int index = 0; index < topic.PartitionCount; index++)
                {
                    PartitionId partition = new(topic.Id, index);
                    if (!image.Partitions.TryGetValue(partition, out PartitionState? state) || IsOurs(state)) continue;
                    if (!Close(partition) && !directory.IsPartitionPresent(topic.Name, index)) continue;
                    await directory.DeletePartitionAsync(topic.Name, index).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException)
            {
                ReplicaEvents.ReconcileFailed(logger, topic.Name, exception);
            }
        }
    }

    private async Task OpenAsync(Topic topic, Func<ClusterImage> latest)
    {
        for (int index = 0; index < topic.PartitionCount; index++)
        {
            PartitionId partition = new(topic.Id, index);
            if (latest().Partitions.GetValueOrDefault(partition) is not { } state || !IsOurs(state)) continue;
            await PrepareAsync(topic).ConfigureAwait(false);
            if (replicas.Find(partition) is not null) continue;
            Log log = await directory.OpenPartitionAsync(topic.Name, index).ConfigureAwait(false);
            // It may have changed while the log was being recovered.
            Topic current = latest().TopicsById.GetValueOrDefault(topic.Id, topic);
            Replica replica = replicas.Add(current, index, log, self);
            // Not before: a change that came when the replica could not be found yet was told to nobody.
            ClusterImage image = latest();
            replica.OnState(image.Partitions.GetValueOrDefault(partition, state));
            if (image.TopicsById.TryGetValue(topic.Id, out Topic? changed) && changed != current) replica.OnTopic(changed);
            listener.OnOpened(replica);
        }
    }

    /// <summary>Has the directory's own catalog agree with the cluster's.</summary>
    private async Task PrepareAsync(Topic topic)
    {
        Topic? known = directory.FindTopic(topic.Name);
        if (known is null)
        {
            await directory.CreateTopicAsync(topic.Name, topic.Id, topic.PartitionCount, topic.Config).ConfigureAwait(false);
            return;
        }

        // A topic of this name that was deleted is still here, as its files could not be.
        if (known.Id != topic.Id) throw new TopicExistsException(topic.Name);
        if (known.PartitionCount < topic.PartitionCount)
            await directory.AddPartitionsAsync(topic.Name, topic.PartitionCount).ConfigureAwait(false);
        if (known.Config != topic.Config)
            await directory.AlterTopicAsync(topic.Name, topic.Config).ConfigureAwait(false);
    }

    private bool Close(PartitionId partition)
    {
        if (replicas.Find(partition) is not { } replica) return false;
        replicas.Remove(replica);
        listener.OnClosed(replica);
        return true;
    }

    private bool IsOurs(PartitionState state) => state.Replicas.Contains(self.BrokerId);
}
