using LogStore.Records;

namespace LogStore.Simulation.Clients;

/// <summary>A batch as the producer sends it.</summary>
internal sealed record ProducedContent(long ProducerId, short ProducerEpoch, int BaseSequence, int Records, long Payload)
{
    /// <summary>Its header, at a place in a log.</summary>
    public RecordBatchHeader HeaderAt(long baseOffset, int leaderEpoch) => new()
    {
        BaseOffset = baseOffset,
        LeaderEpoch = leaderEpoch,
        Magic = 2,
        LastOffsetDelta = Records - 1,
        RecordCount = Records,
        ProducerId = ProducerId,
        ProducerEpoch = ProducerEpoch,
        BaseSequence = BaseSequence,
    };
}
