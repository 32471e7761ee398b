namespace LogStore.Topics;

/// <summary>Single partitions, which come and go where a topic's partitions are spread over several data directories.</summary>
public sealed partial class DataDirectory
{
    /// <summary>
    /// Behind the name of a partition's directory that is being deleted. No partition's directory ends so: theirs end in a number.
    /// </summary>
    private const string DeletedSuffix = ".deleted";

    /// <summary>Ends the name of a directory that is no partition's any more, but whose records are kept.</summary>
    public const string StraySuffix = ".stray";

    /// <summary>What opens a partition anew that was deleted in this life, when it is asked for.</summary>
    private readonly HashSet<Lazy<Task<Log>>> _afterDeletion = [];

    /// <summary>Whether there is a log of this partition here, empty or not, open or not.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">There is no such topic, or no such partition.</exception>
    public bool IsPartitionPresent(string topicName, int partition)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Topic topic = GetTopic(topicName);
        return _options.Storage.DirectoryExists(PartitionPath(_options, topic, topic.CheckPartition(partition)));
    }

    /// <summary>
    /// Closes the log of one partition and deletes it with all its records, even if it can no longer be opened; the topic stays
    /// as it is. A crash leaves the partition as it was, or gone; what is left of its files goes when the directory is next
    /// opened. Whoever opens the partition afterwards begins a new log.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="UnknownTopicOrPartitionException">There is no such topic, or no such partition.</exception>
    /// <exception cref="IOException">The files could not be deleted; it may be retried.</exception>
    public ValueTask<bool> DeletePartitionAsync(
        string topicName, int partition, CancellationToken cancellationToken = default) =>
        RemovePartitionAsync(topicName, partition, DeletePartition, cancellationToken);

    /// <summary>
    /// The same, but for its records, which are kept: the directory gets the topic's id and <see cref="StraySuffix"/> behind its
    /// name.
    /// </summary>
    /// <inheritdoc cref="DeletePartitionAsync" path="/*[not(self::summary)]"/>
    public ValueTask<bool> SetPartitionAsideAsync(
        string topicName, int partition, CancellationToken cancellationToken = default) =>
        RemovePartitionAsync(topicName, partition, SetAside, cancellationToken);

    private async ValueTask<bool> RemovePartitionAsync(
        string topicName, int partition, Action<Topic, int> remove, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Topic topic = GetTopic(topicName);
            (Guid, int) key = (topic.Id, topic.CheckPartition(partition));
            _logs.TryGetValue(key, out Lazy<Task<Log>>? opening);
            if (opening is null or { IsValueCreated: false } && !IsPartitionPresent(topicName, partition)) return false;

            // Whoever opens it from here on waits for the end of the deletion.
            TaskCompletionSource deletion = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Lazy<Task<Log>> next = Opening(topic, partition, deletion.Task);
            lock (_afterDeletion) _afterDeletion.Add(next);
            _logs.AddOrUpdate(key, next, (_, current) =>
            {
                opening = current;
                return next;
            });
            try
            {
                if (opening is not null) await CloseAsync(opening).ConfigureAwait(false);
                remove(topic, partition);
                return true;
            }
            finally
            {
                lock (_afterDeletion) if (opening is not null) _afterDeletion.Remove(opening);
                deletion.SetResult();
            }
        }
        finally
        {
            _changes.Release();
        }
    }

    private static async ValueTask CloseAsync(Lazy<Task<Log>> opening)
    {
        try
        {
            Log log = await opening.Value.ConfigureAwait(false);
            await log.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LogStoreException)
        {
            // It could not be opened: its files go all the same.
        }
    }

    private void DeletePartition(Topic topic, int partition)
    {
        string path = PartitionPath(_options, topic, partition);
        string deleted = path + DeletedSuffix;
        _options.Storage.DeleteDirectory(deleted); // Of a deletion that failed.
        if (!_options.Storage.DirectoryExists(path)) return;
        _options.Storage.RenameDirectory(path, deleted);
        _options.Storage.FlushDirectory(Directory);
        _options.Storage.DeleteDirectory(deleted);
    }

    private void SetAside(Topic topic, int partition)
    {
        string path = PartitionPath(_options, topic, partition);
        if (!_options.Storage.DirectoryExists(path)) return;
        _options.Storage.RenameDirectory(path, $"{path}.{topic.Id:N}{StraySuffix}");
        _options.Storage.FlushDirectory(Directory);
    }

    /// <summary>Completes the deletions of partitions that a crash has interrupted.</summary>
    private static void FinishDeletions(DataDirectoryOptions options, Topic topic)
    {
        for (int partition = 0; partition < topic.PartitionCount; partition++)
            options.Storage.DeleteDirectory(PartitionPath(options, topic, partition) + DeletedSuffix);
    }

    private static string PartitionPath(DataDirectoryOptions options, Topic topic, int partition) =>
        Path.Combine(options.Directory, topic.DirectoryName(partition));

    /// <summary>Whether an entry stands for a partition that was deleted and that nobody has asked for since.</summary>
    private bool IsDeleted(Lazy<Task<Log>> opening)
    {
        lock (_afterDeletion) return !opening.IsValueCreated && _afterDeletion.Contains(opening);
    }
}
