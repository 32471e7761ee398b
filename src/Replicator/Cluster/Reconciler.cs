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
    LiveBroker self, DataDirectory directory, ReplicaManager replicas, FailedReplicas failed, IClusterListener listener,
    ILogger logger)
{
    /// <summary>Whether the last run has done all there was to do.</summary>
    public bool IsDone { get; private set; }

    public async Task RunAsync(Func<ClusterImage> latest)
    {
        IsDone = false;
        bool isDone = await DeleteAsync(latest()).ConfigureAwait(false);
        foreach (PartitionId partition in failed.Unopened)
        {
            if (!IsOurs(latest(), partition)) failed.OnOpenedOrGone(partition);
        }

        foreach (Topic topic in latest().Topics.Values)
        {
            for (int index = 0; index < topic.PartitionCount; index++)
                isDone &= await TryOpenAsync(topic, index, latest).ConfigureAwait(false);
        }

        IsDone = isDone;
    }

    private async Task<bool> DeleteAsync(ClusterImage image)
    {
        bool isDone = true;
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
                    if (!image.Partitions.TryGetValue(partition, out PartitionState? state) || IsOurs(image, partition)) continue;
                    if (!Close(partition) && !directory.IsPartitionPresent(topic.Name, index)) continue;
                    await GiveUpAsync(topic, index, state).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (IsDirectorys(exception))
            {
                ReplicaEvents.ReconcileFailed(logger, topic.Name, exception);
                isDone = false;
            }
        }

        return isDone;
    }

    /// <summary>
    /// The partition is on other brokers. Whoever sent this one away did so in an epoch that its log has not gone beyond; if it
    /// has, the store has forgotten what happened since, and the records may be nowhere else.
    /// </summary>
    private async Task GiveUpAsync(Topic topic, int index, PartitionState state)
    {
        if (await EpochOfAsync(topic, index).ConfigureAwait(false) <= state.LeaderEpoch)
        {
            await directory.DeletePartitionAsync(topic.Name, index).ConfigureAwait(false);
            return;
        }

        await directory.SetPartitionAsideAsync(topic.Name, index).ConfigureAwait(false);
        ReplicaEvents.SetPartitionAside(logger, topic.Name, index, directory.Directory, DataDirectory.StraySuffix);
    }

    /// <summary>The latest epoch in a log; one that cannot be opened may have any.</summary>
    private async Task<int> EpochOfAsync(Topic topic, int index)
    {
        try
        {
            Log log = await directory.OpenPartitionAsync(topic.Name, index).ConfigureAwait(false);
            return log.LatestEpoch;
        }
        catch (Exception exception) when (IsDirectorys(exception))
        {
            return int.MaxValue;
        }
    }

    /// <summary>False: the partition's log should be open here, and is not. Others are not kept waiting for it.</summary>
    private async Task<bool> TryOpenAsync(Topic topic, int index, Func<ClusterImage> latest)
    {
        PartitionId partition = new(topic.Id, index);
        if (!IsOurs(latest(), partition)) return true;
        try
        {
            await OpenAsync(topic, index, latest).ConfigureAwait(false);
            failed.OnOpenedOrGone(partition);
            return true;
        }
        catch (Exception exception) when (IsDirectorys(exception))
        {
            // One that is open is served on, though the directory does not take the topic's new settings.
            if (replicas.Find(partition) is not null) ReplicaEvents.ReconcileFailed(logger, topic.Name, exception);
            else if (failed.OnUnopened(partition)) ReplicaEvents.OpenFailed(logger, topic.Name, index, exception);
            return false;
        }
    }

    private async Task OpenAsync(Topic topic, int index, Func<ClusterImage> latest)
    {
        PartitionId partition = new(topic.Id, index);
        await PrepareAsync(topic).ConfigureAwait(false);
        if (replicas.Find(partition) is not null) return;
        Log log = await directory.OpenPartitionAsync(topic.Name, index).ConfigureAwait(false);
        // It may have changed while the log was being recovered.
        Topic current = latest().TopicsById.GetValueOrDefault(topic.Id, topic);
        PartitionState? state = latest().Partitions.GetValueOrDefault(partition);
        if (state is null) return;
        Replica replica = replicas.Add(current, index, log, self);
        // Not before: a change that came when the replica could not be found yet was told to nobody.
        ClusterImage image = latest();
        replica.OnState(image.Partitions.GetValueOrDefault(partition, state));
        if (image.TopicsById.TryGetValue(topic.Id, out Topic? changed) && changed != current) replica.OnTopic(changed);
        listener.OnOpened(replica);
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

    private bool IsOurs(ClusterImage image, PartitionId partition) =>
        image.Partitions.TryGetValue(partition, out PartitionState? state) && state.Replicas.Contains(self.BrokerId);

    /// <summary>Whether an error is one of the directory's, and may be gone the next time.</summary>
    private static bool IsDirectorys(Exception exception) =>
        exception is LogStoreException or IOException or UnauthorizedAccessException;
}
