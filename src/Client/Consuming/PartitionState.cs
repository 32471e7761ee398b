using LogStore.Client.Cluster;

namespace LogStore.Client.Consuming;

/// <summary>Where a consumer is in one partition. Guarded by the lock of its <see cref="Assignment"/>.</summary>
internal sealed class PartitionState(TopicPartition partition)
{
    public TopicPartition Partition => partition;

    /// <summary>Counts seeks, so that what was fetched for another place is recognised.</summary>
    public int Version { get; private set; }

    /// <summary>The offset of the next record to hand out; -1 as long as it is not known.</summary>
    public long Position { get; set; } = -1;

    /// <summary>The leader epoch of the record before that; -1 if it is not known.</summary>
    public int PositionEpoch { get; set; } = -1;

    /// <summary>The offset to fetch next; -1 as long as it is not known.</summary>
    public long FetchOffset { get; private set; } = -1;

    /// <summary>The epoch of the last batch fetched, for finding truncation; -1 if it is not known.</summary>
    public int LastEpoch { get; private set; } = -1;

    /// <summary>The leader epoch for which the position was found to be right.</summary>
    public int ValidatedEpoch { get; set; } = -1;

    /// <summary>Where to find the position, if it is not known; null for the committed offset.</summary>
    public OffsetSpec? Sought { get; private set; }

    /// <summary>The position that was committed last; -1 if none was.</summary>
    public long Committed { get; set; } = -1;

    public bool IsPaused { get; set; }

    /// <summary>What keeps the partition from being consumed until somebody seeks; null if nothing.</summary>
    public ClientException? Error { get; set; }

    /// <summary>What has been fetched and not consumed.</summary>
    public Queue<FetchedPiece> Buffered { get; } = new();

    /// <summary>The size of that, in bytes.</summary>
    public long BufferedBytes { get; set; }

    public long HighWatermark { get; set; } = -1;

    public long LogStartOffset { get; set; } = -1;

    /// <summary>Before when it is not fetched again after an error, as a timestamp of the clock.</summary>
    public long NotBefore { get; set; }

    /// <summary>Whether a new leader has to be asked if it still has what was fetched from the old one (KIP-320).</summary>
    public bool NeedsValidation(LeaderSnapshot leader) =>
        leader.Epoch >= 0 && LastEpoch >= 0 && leader.Epoch > Math.Max(ValidatedEpoch, LastEpoch);

    /// <summary>Goes to an offset.</summary>
    public void SeekTo(long offset, int lastEpoch = -1)
    {
        Restart();
        (Position, PositionEpoch, FetchOffset, LastEpoch) = (offset, lastEpoch, offset, lastEpoch);
        ValidatedEpoch = -1;
    }

    /// <summary>Goes to an offset that has to be looked up.</summary>
    public void SeekTo(OffsetSpec? sought)
    {
        Restart();
        (Position, PositionEpoch, FetchOffset, LastEpoch, Sought) = (-1, -1, -1, -1, sought);
    }

    /// <summary>Takes note of what was fetched.</summary>
    public void Fetched(FetchedPiece piece)
    {
        FetchOffset = piece.NextOffset;
        LastEpoch = piece.LastEpoch >= 0 ? piece.LastEpoch : LastEpoch;
        Buffered.Enqueue(piece);
        BufferedBytes += piece.Size;
    }

    /// <summary>Puts back what is left of a piece, before the others.</summary>
    public void PutBack(FetchedPiece piece)
    {
        FetchedPiece[] later = [.. Buffered];
        Buffered.Clear();
        Buffered.Enqueue(piece);
        foreach (FetchedPiece each in later) Buffered.Enqueue(each);
        BufferedBytes += piece.Size;
    }

    /// <summary>Forgets what was fetched.</summary>
    public void Drop()
    {
        while (Buffered.TryDequeue(out FetchedPiece? piece)) piece.Dispose();
        BufferedBytes = 0;
    }

    private void Restart()
    {
        Version++;
        Committed = -1;
        Error = null;
        Sought = null;
        NotBefore = 0;
        Drop();
    }
}
