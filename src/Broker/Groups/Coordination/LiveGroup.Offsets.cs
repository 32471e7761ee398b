using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Groups.Offsets;
using LogStore.Broker.Groups.Storage;
using LogStore.Broker.Partitions;
using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups.Coordination;

/// <summary>The group's offsets: first the log, then memory, then the answer.</summary>
internal sealed partial class LiveGroup
{
    /// <summary>Commits offsets; they are in the log on return unless there is an error.</summary>
    public async ValueTask<ErrorCode> CommitAsync(
        MemberIdentity who, int generation, IReadOnlyList<KeyValuePair<TopicPartition, CommittedOffset>> commits)
    {
        ValueTask<GroupAppendResult> append;
        lock (_gate)
        {
            ErrorCode refusal = _group.CheckCommit(who, generation, Now);
            Schedule();
            if (refusal != ErrorCode.None || commits.Count == 0) return refusal;
            append = BeginWrite([.. commits.Select(each => (each.Key, (CommittedOffset?)each.Value))], []);
        }

        GroupAppendResult result = await append.ConfigureAwait(false);
        lock (_gate) EndWrite([.. commits.Select(each => (each.Key, (CommittedOffset?)each.Value))], result);
        return GroupErrors.ForCommit(result.Error);
    }

    /// <summary>
    /// The offsets that are committed for partitions, as they are at one moment; null where there is none.
    /// </summary>
    public CommittedOffset?[] FindOffsets(TopicPartition[] partitions)
    {
        lock (_gate) return Array.ConvertAll(partitions, _offsets.Find);
    }

    /// <summary>All offsets that are committed.</summary>
    public KeyValuePair<TopicPartition, CommittedOffset>[] AllOffsets()
    {
        lock (_gate) return [.. _offsets.All];
    }

    /// <summary>Deletes offsets, except those of topics that the group's members subscribe to.</summary>
    /// <returns>What became of the whole, and of each partition where that has no error.</returns>
    public async ValueTask<(ErrorCode Error, ErrorCode[] Partitions)> DeleteOffsetsAsync(TopicPartition[] partitions)
    {
        ErrorCode[] errors = new ErrorCode[partitions.Length];
        List<(TopicPartition, CommittedOffset?)> deletions = [];
        ValueTask<GroupAppendResult> append;
        lock (_gate)
        {
            if (_group.State == GroupState.Dead) return (ErrorCode.GroupIdNotFound, errors);
            if (_group is { State: not GroupState.Empty, IsConsumerGroup: false })
                return (ErrorCode.NonEmptyGroup, errors);
            for (int i = 0; i < partitions.Length; i++)
            {
                if (_group.State != GroupState.Empty && _group.SubscribedTopics?.Contains(partitions[i].Topic) != false)
                    errors[i] = ErrorCode.GroupSubscribedToTopic;
                else if (_offsets.Find(partitions[i]) is not null || _offsets.IsPending(partitions[i]))
                    deletions.Add((partitions[i], null));
            }

            if (deletions.Count == 0) return (ErrorCode.None, errors);
            append = BeginWrite(deletions, []);
        }

        GroupAppendResult result = await append.ConfigureAwait(false);
        lock (_gate) EndWrite(deletions, result);
        return (GroupErrors.ForGroup(result.Error), errors);
    }

    /// <summary>
    /// Deletes a group without members, and its offsets. It is dead afterwards unless somebody came meanwhile.
    /// </summary>
    public async ValueTask<ErrorCode> DeleteAsync()
    {
        List<(TopicPartition, CommittedOffset?)> deletions;
        ValueTask<GroupAppendResult> append;
        lock (_gate)
        {
            if (_group.State == GroupState.Dead) return ErrorCode.GroupIdNotFound;
            if (_group.State != GroupState.Empty) return ErrorCode.NonEmptyGroup;
            deletions = [.. _offsets.All.Select(each => (each.Key, (CommittedOffset?)null))];
            append = BeginWrite(deletions, [GroupRecords.OfGroup(GroupId, null)]);
        }

        GroupAppendResult result = await append.ConfigureAwait(false);
        lock (_gate)
        {
            EndWrite(deletions, result);
            if (result.Error == ErrorCode.None) EndIfUseless();
        }

        return GroupErrors.ForGroup(result.Error);
    }

    /// <summary>Forgets offsets that are too old, and ends the group if nothing is left of it.</summary>
    /// <returns>Whether the group is dead.</returns>
    public async ValueTask<bool> ExpireOffsetsAsync()
    {
        List<(TopicPartition, CommittedOffset?)> deletions;
        ValueTask<GroupAppendResult> append;
        lock (_gate)
        {
            List<TopicPartition> expired = OffsetRetention.Expired(
                _group, _offsets, Now.UnixMs, (long)_services.Options.OffsetsRetention.TotalMilliseconds);
            deletions = [.. expired.Select(each => (each, (CommittedOffset?)null))];
            bool isLast = _group.State == GroupState.Empty && !_group.HasPendingMembers &&
                expired.Count == _offsets.Count;
            // A group that only ever kept offsets was never stored.
            List<GroupRecord> records = isLast && _group.Generation > 0 ? [GroupRecords.OfGroup(GroupId, null)] : [];
            if (deletions.Count == 0 && records.Count == 0) return EndIfUseless();
            append = BeginWrite(deletions, records);
        }

        GroupAppendResult result = await append.ConfigureAwait(false);
        lock (_gate)
        {
            EndWrite(deletions, result);
            return result.Error == ErrorCode.None && EndIfUseless();
        }
    }

    /// <summary>Ends the group if it has neither members nor offsets, nor anybody on the way.</summary>
    /// <returns>Whether the group is dead.</returns>
    private bool EndIfUseless()
    {
        if (_group.State == GroupState.Empty && !_group.HasPendingMembers && _offsets.Count == 0) _group.Delete(Now);
        CountMemory();
        return _group.State == GroupState.Dead;
    }

    private ValueTask<GroupAppendResult> BeginWrite(
        List<(TopicPartition Partition, CommittedOffset? Offset)> offsets, List<GroupRecord> others)
    {
        List<GroupRecord> records = [];
        foreach ((TopicPartition partition, CommittedOffset? offset) in offsets)
        {
            _offsets.BeginWrite(partition);
            records.Add(GroupRecords.OfOffset(GroupId, partition, offset));
        }

        records.AddRange(others);
        return _services.Log.AppendAsync(_partition, records);
    }

    private void EndWrite(List<(TopicPartition Partition, CommittedOffset? Offset)> offsets, GroupAppendResult result)
    {
        for (int i = 0; i < offsets.Count; i++)
        {
            (TopicPartition partition, CommittedOffset? offset) = offsets[i];
            if (result.Error == ErrorCode.None) _offsets.EndWrite(partition, offset, result.BaseOffset + i);
            else _offsets.GiveUpWrite(partition);
        }

        CountMemory();
    }
}
