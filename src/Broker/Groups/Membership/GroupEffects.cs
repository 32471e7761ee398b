using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.OffsetsTopic;

namespace LogStore.Broker.Groups.Membership;

/// <summary>
/// What has to happen because of an input to a <see cref="Group"/>: collected by it, carried out by its owner.
/// </summary>
internal sealed class GroupEffects
{
    /// <summary>Requests to join that are answered now.</summary>
    public List<(long Ticket, JoinReply Reply)> JoinReplies { get; } = [];

    /// <summary>Requests for an assignment that are answered now.</summary>
    public List<(long Ticket, SyncReply Reply)> SyncReplies { get; } = [];

    /// <summary>
    /// States of the group to be stored, in this order. Each is followed by <see cref="Group.SnapshotStored"/> with its
    /// number once it is in the log, or cannot be.
    /// </summary>
    public List<(long Number, GroupMetadataValue Value)> Snapshots { get; } = [];

    public void Refuse(JoinCall call, ErrorCode error) => Refuse(call, error, call.Member.MemberId);

    public void Refuse(JoinCall call, ErrorCode error, string memberId) =>
        JoinReplies.Add((call.Ticket, JoinReply.Refused(error, memberId)));

    public void Refuse(SyncCall call, ErrorCode error) => SyncReplies.Add((call.Ticket, new SyncReply(error)));
}
