using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LogStore.Records;

namespace LogStore.Cli.Producing;

/// <summary>
/// What one partition already holds of an input that is sent again: the first <see cref="Stored"/> records that go there.
/// They are skipped, and those of the last stored batch compared by hash, so that another input under the same name is
/// noticed before anything of it is sent.
/// </summary>
internal sealed class ResumePoint : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _hashedFrom;
    private readonly byte[] _expected;
    private long _seen;

    private ResumePoint(long stored, long hashedFrom, byte[] expected)
    {
        Stored = stored;
        _hashedFrom = hashedFrom;
        _expected = expected;
    }

    /// <summary>How many records of the input the partition holds.</summary>
    public long Stored { get; }

    /// <summary>Whether all that the partition holds has been seen again.</summary>
    public bool IsPassed => _seen == Stored;

    /// <summary>Finds where a producer stopped in a partition.</summary>
    public static async Task<ResumePoint> FindAsync(Log log, long producerId)
    {
        if (log.FindProducer(producerId) is not { } position) return new ResumePoint(0, 0, []);
        long stored = position.LastSequence + 1L;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (position.LastOffset < log.LogStartOffset) return new ResumePoint(stored, stored, []); // Deleted since.
        await foreach (RecordBatch batch in log.ReadAsync(position.LastOffset))
        {
            foreach (RecordView record in batch) Add(hash, record.Key, record.Value, UnterminatedLine.IsMarked(record));
            return new ResumePoint(stored, stored - batch.RecordCount, hash.GetHashAndReset());
        }

        return new ResumePoint(stored, stored, []);
    }

    /// <summary>Takes note of the input's next record for the partition: true where it is stored already.</summary>
    /// <exception cref="InvalidDataException">It is not the input that was sent before.</exception>
    public bool Skip(NullableBytes key, NullableBytes value, bool isUnterminated)
    {
        if (IsPassed) return false;
        if (_seen++ >= _hashedFrom) Add(_hash, key, value, isUnterminated);
        if (IsPassed && _hashedFrom < Stored && !_hash.GetHashAndReset().AsSpan().SequenceEqual(_expected))
            throw new InvalidDataException("The records differ from those stored.");
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static void Add(IncrementalHash hash, NullableBytes key, NullableBytes value, bool isUnterminated)
    {
        Span<int> shape = [key.IsNull ? -1 : key.Length, value.Length, isUnterminated ? 1 : 0];
        hash.AppendData(MemoryMarshal.AsBytes(shape));
        hash.AppendData(key);
        hash.AppendData(value);
    }
}
