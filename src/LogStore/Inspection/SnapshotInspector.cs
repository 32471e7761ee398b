using LogStore.Producers;

namespace LogStore.Inspection;

/// <summary>A producer as a snapshot holds it; bounds inclusive.</summary>
/// <param name="ProducerId">The producer's id.</param>
/// <param name="ProducerEpoch">Its epoch.</param>
/// <param name="LastTimestamp">When it last wrote, in milliseconds since 1970.</param>
/// <param name="FirstSequence">The first sequence number of its last batch.</param>
/// <param name="LastSequence">The last sequence number of that batch.</param>
/// <param name="LastOffset">The offset of that batch's last record.</param>
/// <param name="OffsetDelta">From that batch's first offset to its last.</param>
public sealed record ProducerSnapshotEntry(
    long ProducerId, short ProducerEpoch, long LastTimestamp,
    int FirstSequence, int LastSequence, long LastOffset, int OffsetDelta);

/// <summary>Reads the producers of a <c>.snapshot</c> file, for tools that show it. Changes nothing.</summary>
public static class SnapshotInspector
{
    /// <summary>The producers of a snapshot.</summary>
    /// <exception cref="CorruptLogException">The file is no snapshot, or does not match its checksum.</exception>
    public static IReadOnlyList<ProducerSnapshotEntry> Read(string path)
    {
        ProducerStateManager producers = new();
        if (!ProducerSnapshot.TryRead(File.ReadAllBytes(path), producers))
            throw new CorruptLogException(path, 0, "it is no producer snapshot, or does not match its checksum");
        return
        [
            .. from producer in producers.Producers
               where producer.Count > 0
               let last = producer.Last
               select new ProducerSnapshotEntry(
                   producer.ProducerId, producer.Epoch, producer.LastTimestamp, last.BaseSequence, last.LastSequence,
                   last.LastOffset, (int)(last.LastOffset - last.BaseOffset)),
        ];
    }
}
