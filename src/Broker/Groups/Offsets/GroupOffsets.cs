using LogStore.Broker.Partitions;

namespace LogStore.Broker.Groups.Offsets;

/// <summary>
/// The offsets that a group has committed. A commit is announced before its record goes to the log, and made when the
/// record is there; whatever the order in which that becomes known, the record that is last in the log counts, so that
/// memory is what reading the log again would give.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class GroupOffsets
{
    private readonly Dictionary<TopicPartition, Entry> _entries = [];

    /// <summary>How many there are, those on their way included.</summary>
    public int Count => _entries.Count;

    /// <summary>The offsets that are committed.</summary>
    public IEnumerable<KeyValuePair<TopicPartition, CommittedOffset>> All
    {
        get
        {
            foreach ((TopicPartition partition, Entry entry) in _entries)
            {
                if (entry.Current is { } current) yield return new(partition, current);
            }
        }
    }

    public CommittedOffset? Find(TopicPartition partition) => _entries.GetValueOrDefault(partition)?.Current;

    /// <summary>Whether a record about the partition is on its way to the log.</summary>
    public bool IsPending(TopicPartition partition) =>
        _entries.TryGetValue(partition, out Entry? entry) && entry.Pending > 0;

    /// <summary>
    /// Announces a record about the partition; <see cref="EndWrite"/> or <see cref="GiveUpWrite"/> follows.
    /// </summary>
    public void BeginWrite(TopicPartition partition) => EntryOf(partition).Pending++;

    /// <summary>Tells that a record is in the log.</summary>
    /// <param name="partition">What it is about.</param>
    /// <param name="offset">What it says; null for a tombstone.</param>
    /// <param name="logOffset">Where in the log it is.</param>
    public void EndWrite(TopicPartition partition, CommittedOffset? offset, long logOffset)
    {
        EntryOf(partition).Pending--;
        Set(partition, offset, logOffset);
    }

    /// <summary>Tells that a record that was announced is not in the log.</summary>
    public void GiveUpWrite(TopicPartition partition)
    {
        Entry entry = EntryOf(partition);
        entry.Pending--;
        RemoveIfUseless(partition, entry);
    }

    /// <summary>Takes over a record that was read from the log.</summary>
    public void Set(TopicPartition partition, CommittedOffset? offset, long logOffset)
    {
        Entry entry = EntryOf(partition);
        if (logOffset > entry.LogOffset) (entry.Current, entry.LogOffset) = (offset, logOffset);
        RemoveIfUseless(partition, entry);
    }

    private Entry EntryOf(TopicPartition partition)
    {
        if (!_entries.TryGetValue(partition, out Entry? entry)) _entries.Add(partition, entry = new Entry());
        return entry;
    }

    private void RemoveIfUseless(TopicPartition partition, Entry entry)
    {
        // What is on its way may be older than the tombstone that emptied the entry, which therefore stays as long.
        if (entry is { Pending: 0, Current: null }) _entries.Remove(partition);
    }

    private sealed class Entry
    {
        public CommittedOffset? Current;
        public long LogOffset = -1;
        public int Pending;
    }
}
