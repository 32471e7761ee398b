using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.ExceptionServices;
using LogStore.IO;

namespace LogStore.Topics;

/// <summary>
/// A directory of topics: a catalog, and a <see cref="Log"/> for each partition, opened when it is first asked for. One
/// process at a time owns it; others see it through <see cref="ReadOnlyDataDirectory"/>.
/// </summary>
/// <remarks>Thread-safe. It owns the logs that it opens and closes them when it is disposed.</remarks>
public sealed partial class DataDirectory : IAsyncDisposable
{
    private readonly DataDirectoryOptions _options;
    private readonly DirectoryLock _lock;
    private readonly TopicCatalog _catalog;
    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly ConcurrentDictionary<(Guid Topic, int Partition), Lazy<Task<Log>>> _logs = new();
    private IReadOnlyList<Topic> _topics;
    private FrozenDictionary<string, Topic> _byName;
    private bool _disposed;

    private DataDirectory(DataDirectoryOptions options, DirectoryLock directoryLock, TopicCatalog catalog)
    {
        _options = options;
        _lock = directoryLock;
        _catalog = catalog;
        _topics = [.. catalog.Topics];
        _byName = ByName(_topics);
    }

    /// <summary>The directory, as a full path.</summary>
    public string Directory => _options.Directory;

    /// <summary>All topics, in the order of their names.</summary>
    public IReadOnlyList<Topic> Topics => Volatile.Read(ref _topics);

    /// <summary>Opens a data directory, creating it when absent.</summary>
    /// <exception cref="DirectoryInUseException">Another process owns it.</exception>
    /// <exception cref="CorruptLogException">The catalog is damaged.</exception>
    public static ValueTask<DataDirectory> OpenAsync(
        DataDirectoryOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ValueTask<DataDirectory>(Task.Run(() => Open(options), cancellationToken));
    }

    /// <summary>The topic of this name.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">There is none.</exception>
    public Topic GetTopic(string name) =>
        FindTopic(name) ?? throw new UnknownTopicOrPartitionException(name);

    /// <summary>The topic of this name; null when there is none.</summary>
    public Topic? FindTopic(string name) => Volatile.Read(ref _byName).GetValueOrDefault(name);

    /// <summary>Makes a topic. Durable on return; its partitions' directories appear when they are first opened.</summary>
    /// <exception cref="TopicExistsException">The name is taken.</exception>
    /// <exception cref="InvalidTopicException">The name or the number of partitions is not allowed.</exception>
    public ValueTask<Topic> CreateTopicAsync(
        string name, int partitionCount, LogConfig? config = null, CancellationToken cancellationToken = default) =>
        CreateTopicAsync(name, Guid.NewGuid(), partitionCount, config, cancellationToken);

    /// <summary>As above, for a topic whose id was given elsewhere: in a cluster it has the same one everywhere.</summary>
    /// <inheritdoc cref="CreateTopicAsync(string, int, LogConfig?, CancellationToken)" path="/exception"/>
    public ValueTask<Topic> CreateTopicAsync(
        string name, Guid id, int partitionCount, LogConfig? config = null, CancellationToken cancellationToken = default)
    {
        Topic topic = new(
            TopicName.Validate(name), id, Topic.CheckPartitionCount(partitionCount), config ?? LogConfig.Default);
        return ChangeAsync(
            () =>
            {
                // The files of one that is being deleted are under the same names until they are gone.
                if (_catalog.Find(name) is not null || _catalog.Deleting.Exists(other => other.Name == name))
                    throw new TopicExistsException(name);
                _catalog.Put(topic);
                return topic;
            },
            cancellationToken);
    }

    /// <summary>Gives a topic other settings, in force at once in the logs that are open.</summary>
    public async ValueTask<Topic> AlterTopicAsync(
        string name, LogConfig config, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        Topic topic = await ChangeAsync(
            () =>
            {
                Topic changed = Find(name) with { Config = config };
                _catalog.Put(changed);
                return changed;
            },
            cancellationToken).ConfigureAwait(false);
        foreach (Log log in await OpenLogsAsync(topic.Id).ConfigureAwait(false)) log.UpdateConfig(config);
        return topic;
    }

    /// <summary>Gives a topic more partitions. Keys may map to other partitions from then on.</summary>
    /// <exception cref="InvalidTopicException">The count is not larger than the present one.</exception>
    public ValueTask<Topic> AddPartitionsAsync(
        string name, int partitionCount, CancellationToken cancellationToken = default) => ChangeAsync(
        () =>
        {
            Topic topic = Find(name);
            if (Topic.CheckPartitionCount(partitionCount) <= topic.PartitionCount)
                throw new InvalidTopicException(
                    $"The topic '{name}' has {topic.PartitionCount} partitions already; partitions can only be added.");
            Topic changed = topic with { PartitionCount = partitionCount };
            _catalog.Put(changed);
            return changed;
        },
        cancellationToken);

    /// <summary>Deletes a topic and all its records. A crash on the way is made good when the directory is next opened.</summary>
    public async ValueTask DeleteTopicAsync(string name, CancellationToken cancellationToken = default)
    {
        Topic topic = await ChangeAsync(
            () =>
            {
                Topic found = Find(name);
                _catalog.Remove(found);
                _catalog.Deleting.Add(found);
                return found;
            },
            cancellationToken).ConfigureAwait(false);
        foreach (Log log in await OpenLogsAsync(topic.Id).ConfigureAwait(false)) await log.DisposeAsync().ConfigureAwait(false);
        for (int partition = 0; partition < topic.PartitionCount; partition++) _logs.TryRemove((topic.Id, partition), out _);
        await ChangeAsync(
            () =>
            {
                DeleteFiles(_options, topic);
                _catalog.Deleting.RemoveAll(other => other.Id == topic.Id);
                return topic;
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes a topic out of the directory and keeps its records: its partitions' directories get the topic's id and
    /// <see cref="StraySuffix"/> behind their names. A crash leaves the topic, with some of its partitions gone already.
    /// </summary>
    public async ValueTask SetTopicAsideAsync(string name, CancellationToken cancellationToken = default)
    {
        Topic topic = GetTopic(name);
        foreach (Log log in await OpenLogsAsync(topic.Id).ConfigureAwait(false)) await log.DisposeAsync().ConfigureAwait(false);
        for (int partition = 0; partition < topic.PartitionCount; partition++) _logs.TryRemove((topic.Id, partition), out _);
        await ChangeAsync(
            () =>
            {
                for (int partition = 0; partition < topic.PartitionCount; partition++) SetAside(topic, partition);
                _catalog.Remove(topic);
                return topic;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The log of a partition, opened when it is not yet. The directory owns it: do not dispose it.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">There is no such topic, or no such partition.</exception>
    public ValueTask<Log> OpenPartitionAsync(string topicName, int partition)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Topic topic = GetTopic(topicName);
        topic.CheckPartition(partition);
        Lazy<Task<Log>> opening = _logs.GetOrAdd((topic.Id, partition), _ => Opening(topic, partition, Task.CompletedTask));
        return new ValueTask<Log>(opening.Value);
    }

    /// <summary>A small file that the directory's owner keeps beside the topics; null when there is none.</summary>
    /// <param name="name">Its name, without a path; not one that a topic could have.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[]? TryReadFile(string name) => _options.Storage.TryReadFile(Path.Combine(Directory, Path.GetFileName(name)));

    /// <summary>Replaces such a file: a crash leaves the old content or the new. Durable on return.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void ReplaceFile(string name, ReadOnlySpan<byte> content)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _options.Storage.ReplaceFile(Path.Combine(Directory, Path.GetFileName(name)), content);
    }

    /// <summary>
    /// Closes all logs and gives the directory free. A log that cannot be closed does not keep the others open; the first
    /// error is thrown when all is done.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        ExceptionDispatchInfo? failure = null;
        foreach (Lazy<Task<Log>> opening in _logs.Values)
        {
            if (opening is not { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) continue;
            try
            {
                await opening.Value.Result.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        _lock.Dispose();
        _changes.Dispose();
        failure?.Throw();
    }

    private static DataDirectory Open(DataDirectoryOptions options)
    {
        options.Storage.CreateDirectory(options.Directory);
        DirectoryLock directoryLock = DirectoryLock.Take(options.Directory);
        try
        {
            TopicCatalog catalog = TopicCatalog.Load(options.Storage, options.Directory);
            foreach (Topic topic in catalog.Topics) FinishDeletions(options, topic);
            if (catalog.Deleting.Count > 0)
            {
                foreach (Topic topic in catalog.Deleting) DeleteFiles(options, topic);
                catalog.Deleting.Clear();
                catalog.Save(options.Storage, options.Directory);
            }

            return new DataDirectory(options, directoryLock, catalog);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    private static void DeleteFiles(DataDirectoryOptions options, Topic topic)
    {
        FinishDeletions(options, topic);
        for (int partition = 0; partition < topic.PartitionCount; partition++)
            options.Storage.DeleteDirectory(PartitionPath(options, topic, partition));
    }

    /// <summary>A log that is opened when it is first asked for, but not before something else has ended.</summary>
    private Lazy<Task<Log>> Opening(Topic topic, int partition, Task after)
    {
        Lazy<Task<Log>>? opening = null;
        return opening = new Lazy<Task<Log>>(() => OpenLogAsync(topic, partition, after, opening!));
    }

    private async Task<Log> OpenLogAsync(Topic topic, int partition, Task after, Lazy<Task<Log>> opening)
    {
        try
        {
            await after.ConfigureAwait(false);
            if (FindTopic(topic.Name) is { } current && current.Id == topic.Id) topic = current; // It may have changed since.
            return await Log.OpenAsync(new LogOptions
            {
                Directory = PartitionPath(_options, topic, partition),
                Config = topic.Config,
                Staging = _options.Staging,
                TimeProvider = _options.TimeProvider,
                LoggerFactory = _options.LoggerFactory,
                Storage = _options.Storage,
            }).ConfigureAwait(false);
        }
        catch
        {
            _logs.TryRemove(KeyValuePair.Create((topic.Id, partition), opening)); // The next caller may find the cause gone.
            throw;
        }
    }

    private async Task<List<Log>> OpenLogsAsync(Guid topicId)
    {
        List<Log> logs = [];
        foreach (((Guid topic, int _), Lazy<Task<Log>> opening) in _logs)
        {
            if (topic == topicId && !IsDeleted(opening)) logs.Add(await opening.Value.ConfigureAwait(false));
        }

        return logs;
    }

    private static FrozenDictionary<string, Topic> ByName(IReadOnlyList<Topic> topics) =>
        topics.ToFrozenDictionary(topic => topic.Name, StringComparer.Ordinal);

    private Topic Find(string name) => _catalog.Find(name) ?? throw new UnknownTopicOrPartitionException(name);

    private async ValueTask<Topic> ChangeAsync(Func<Topic> change, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Topic topic = change();
            _catalog.Save(_options.Storage, Directory);
            IReadOnlyList<Topic> topics = [.. _catalog.Topics];
            Volatile.Write(ref _topics, topics);
            Volatile.Write(ref _byName, ByName(topics));
            return topic;
        }
        finally
        {
            _changes.Release();
        }
    }
}
