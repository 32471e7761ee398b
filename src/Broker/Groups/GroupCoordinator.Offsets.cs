using LogStore.Broker.Groups.Coordination;
using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Groups.Offsets;
using LogStore.Broker.Partitions;
using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups;

/// <summary>How far groups have come.</summary>
internal sealed partial class GroupCoordinator
{
    /// <summary>Commits offsets; those without an error are in the log on return.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="who">The member; <see cref="MemberIdentity.None"/> for a group that only keeps offsets.</param>
    /// <param name="generation">The generation as the member knows it; negative without a group of members.</param>
    /// <param name="commits">The offsets.</param>
    /// <returns>What became of each.</returns>
    public async ValueTask<ErrorCode[]> CommitAsync(
        string groupId, MemberIdentity who, int generation,
        IReadOnlyList<KeyValuePair<TopicPartition, CommittedOffset>> commits)
    {
        ErrorCode[] errors = new ErrorCode[commits.Count];
        List<KeyValuePair<TopicPartition, CommittedOffset>> accepted = [];
        for (int i = 0; i < commits.Count; i++)
        {
            if (commits[i].Value.Metadata.Length > _services.Options.OffsetMetadataMaxBytes)
                errors[i] = ErrorCode.OffsetMetadataTooLarge;
            else
                accepted.Add(commits[i]);
        }

        // A generation that nobody knows of is one from before the group moved here, or was deleted.
        ErrorCode error = generation < 0 ? FindOrAdd(groupId, out LiveGroup? group) : Find(groupId, out group);
        if (error == ErrorCode.None)
        {
            error = group is null
                ? ErrorCode.IllegalGeneration
                : await group.CommitAsync(who, generation, accepted).ConfigureAwait(false);
        }

        for (int i = 0; i < errors.Length; i++)
        {
            if (errors[i] == ErrorCode.None) errors[i] = error;
        }

        return errors;
    }

    /// <summary>The offsets committed for the given partitions, null where there is none.</summary>
    public ErrorCode FetchOffsets(string groupId, TopicPartition[] partitions, out CommittedOffset?[] offsets)
    {
        ErrorCode refusal = Find(groupId, out LiveGroup? group);
        offsets = group?.FindOffsets(partitions) ?? new CommittedOffset?[partitions.Length];
        return refusal;
    }

    /// <summary>All offsets that the group has committed.</summary>
    public ErrorCode FetchAllOffsets(string groupId, out KeyValuePair<TopicPartition, CommittedOffset>[] offsets)
    {
        ErrorCode refusal = Find(groupId, out LiveGroup? group);
        offsets = group?.AllOffsets() ?? [];
        return refusal;
    }

    /// <summary>Deletes offsets of topics that the group's members do not subscribe to.</summary>
    /// <returns>What became of the whole, and of each partition where that has no error.</returns>
    public async ValueTask<(ErrorCode Error, ErrorCode[] Partitions)> DeleteOffsetsAsync(
        string groupId, TopicPartition[] partitions)
    {
        ErrorCode refusal = Find(groupId, out LiveGroup? group);
        if (refusal == ErrorCode.None && group is null) refusal = ErrorCode.GroupIdNotFound;
        return refusal == ErrorCode.None
            ? await group!.DeleteOffsetsAsync(partitions).ConfigureAwait(false)
            : (refusal, []);
    }
}
