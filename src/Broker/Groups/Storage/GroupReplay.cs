using LogStore.Broker.Groups.Offsets;
using LogStore.Broker.Partitions;
using LogStore.KafkaProtocol.OffsetsTopic;
using LogStore.KafkaProtocol.Wire;
using LogStore.Records;

namespace LogStore.Broker.Groups.Storage;

/// <summary>
/// Reads a partition of the offsets topic into groups. Records that are not of the known formats are counted, and
/// otherwise passed over: one bad record must not take all groups of the partition down.
/// </summary>
internal sealed class GroupReplay
{
    private readonly Dictionary<string, ReplayedGroup> _groups = new(StringComparer.Ordinal);

    /// <summary>The groups that the records read so far make.</summary>
    public IReadOnlyDictionary<string, ReplayedGroup> Groups => _groups;

    public long RecordCount { get; private set; }

    /// <summary>How many records were passed over.</summary>
    public long SkippedCount { get; private set; }

    /// <summary>
    /// The offset of the first record that was passed over, and what was wrong with it; null if none was.
    /// </summary>
    public (long Offset, string Reason)? FirstSkipped { get; private set; }

    public void Read(in RecordBatch batch)
    {
        if (batch.IsControl) return;
        try
        {
            foreach (RecordView record in batch) Read(record);
        }
        catch (Exception exception) when (exception is InvalidRecordBatchException or CompressionNotSupportedException)
        {
            Skip(batch.BaseOffset, exception.Message);
        }
    }

    private void Read(in RecordView record)
    {
        RecordCount++;
        try
        {
            byte[] key = record.Key.ToArray() ?? throw new MalformedMessageException("its key is null", 0);
            byte[]? value = record.Value.ToArray();
            if (VersionedFormat.ReadVersion(key) <= OffsetCommitKey.MaxVersion) ReadOffset(key, value, record.Offset);
            else ReadGroup(key, value);
        }
        catch (MalformedMessageException exception)
        {
            Skip(record.Offset, exception.Message);
        }
    }

    private void ReadOffset(byte[] keyBytes, byte[]? valueBytes, long logOffset)
    {
        OffsetCommitKey key = VersionedFormat.Read<OffsetCommitKey>(keyBytes);
        CommittedOffset? offset = null;
        if (valueBytes is not null)
        {
            OffsetCommitValue value = VersionedFormat.Read<OffsetCommitValue>(valueBytes);
            offset = new CommittedOffset(
                value.Offset, value.LeaderEpoch, value.Metadata, value.CommitTimestamp, value.ExpireTimestamp);
        }

        GroupOf(key.Group).Offsets.Set(new TopicPartition(key.Topic, key.PartitionIndex), offset, logOffset);
    }

    private void ReadGroup(byte[] keyBytes, byte[]? valueBytes)
    {
        GroupMetadataKey key = VersionedFormat.Read<GroupMetadataKey>(keyBytes);
        GroupMetadataValue? value = valueBytes is null ? null : VersionedFormat.Read<GroupMetadataValue>(valueBytes);
        GroupOf(key.Group).Metadata = value;
    }

    private ReplayedGroup GroupOf(string groupId)
    {
        if (!_groups.TryGetValue(groupId, out ReplayedGroup? group)) _groups.Add(groupId, group = new ReplayedGroup());
        return group;
    }

    private void Skip(long offset, string reason)
    {
        SkippedCount++;
        FirstSkipped ??= (offset, reason);
    }

    /// <summary>What the log says of a group.</summary>
    internal sealed class ReplayedGroup
    {
        /// <summary>The group as it was last stored; null if it was deleted or keeps offsets only.</summary>
        public GroupMetadataValue? Metadata { get; set; }

        public GroupOffsets Offsets { get; } = new();

        /// <summary>Whether everything that the log says of it was deleted again.</summary>
        public bool IsGone => Metadata is null && Offsets.Count == 0;
    }
}
