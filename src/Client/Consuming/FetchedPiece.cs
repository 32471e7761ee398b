using System.Buffers.Binary;
using LogStore.Client.Connections;
using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Client.Consuming;

/// <summary>The batches of one partition in one answer; a view of the answer's memory, which it holds.</summary>
internal sealed class FetchedPiece : IDisposable
{
    private const int LengthPosition = sizeof(long);

    private readonly PooledFrame _frame;
    private readonly List<RecordBatch> _batches = [];
    private int _next;
    private bool _disposed;

    private FetchedPiece(PooledFrame frame, int version, long offset)
    {
        _frame = frame;
        Version = version;
        NextOffset = offset;
        frame.Hold();
    }

    /// <summary>The state's version at the time.</summary>
    public int Version { get; }

    /// <summary>What follows the last batch.</summary>
    public long NextOffset { get; private set; }

    public int LastEpoch { get; private set; } = -1;

    public int Size { get; private set; }

    /// <summary>Reads what was fetched, and checks every batch's checksum.</summary>
    /// <param name="frame">The answer's memory.</param>
    /// <param name="records">The records in it, of which the last batch may be cut short.</param>
    /// <param name="offset">What was asked for.</param>
    /// <param name="version">The state's version when it was asked for.</param>
    /// <param name="aborted">The aborted transactions, if only committed records are wanted.</param>
    /// <exception cref="InvalidRecordBatchException">A batch is damaged.</exception>
    public static FetchedPiece Read(
        PooledFrame frame, ReadOnlyMemory<byte> records, long offset, int version,
        FetchResponse.AbortedTransaction[]? aborted)
    {
        var piece = new FetchedPiece(frame, version, offset);
        try
        {
            piece.Add(records, offset, aborted is { Length: > 0 } ? new AbortedRecords(aborted) : null);
            return piece;
        }
        catch
        {
            piece.Dispose();
            throw;
        }
    }

    /// <summary>The next batch; false after the last.</summary>
    public bool TryTake(out RecordBatch batch)
    {
        bool isLeft = _next < _batches.Count;
        batch = isLeft ? _batches[_next++] : default;
        return isLeft;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _frame.Release();
    }

    private void Add(ReadOnlyMemory<byte> records, long offset, AbortedRecords? aborted)
    {
        while (records.Length >= LengthPosition + sizeof(int))
        {
            long size = RecordBatchHeader.LogOverhead +
                (long)BinaryPrimitives.ReadInt32BigEndian(records.Span[LengthPosition..]);
            if (size > records.Length) break;
            RecordBatch batch = RecordBatch.Parse(records);
            records = records[batch.SizeInBytes..];
            bool isAborted = aborted is not null && aborted.Contains(batch);
            if (batch.NextOffset <= offset) continue; // The broker begins with the batch that holds the offset.
            NextOffset = batch.NextOffset;
            LastEpoch = batch.LeaderEpoch;
            Size += batch.SizeInBytes;
            if (!batch.IsControl && !isAborted) _batches.Add(batch);
        }
    }
}
