using System.Globalization;
using System.Text;

namespace LogStore.Epochs;

/// <summary>
/// Which leader epoch began where. Replication compares two logs by it; it follows from the batches' headers and is kept
/// in <c>leader-epoch-checkpoint</c> so that opening need not read them. Source: KIP-101, KIP-279.
/// </summary>
/// <remarks>Not thread-safe: the append path guards it.</remarks>
internal sealed class LeaderEpochHistory
{
    public const string FileName = "leader-epoch-checkpoint";

    private readonly List<EpochStart> _entries = [];

    public IReadOnlyList<EpochStart> Entries => _entries;

    /// <summary>The latest epoch; -1 before the first batch.</summary>
    public int Latest => _entries.Count == 0 ? -1 : _entries[^1].Epoch;

    /// <summary>Takes note of a batch; an epoch that is not newer than the latest says nothing new.</summary>
    public void Record(int epoch, long baseOffset)
    {
        if (epoch > Latest) _entries.Add(new EpochStart(epoch, baseOffset));
    }

    /// <summary>Forgets the epochs that began at or above <paramref name="endOffset"/>.</summary>
    public void TruncateFromEnd(long endOffset) => _entries.RemoveAll(entry => entry.StartOffset >= endOffset);

    /// <summary>
    /// Forgets the epochs that ended at or below <paramref name="startOffset"/>; the one in force stays as it is, so that no
    /// truncation of what follows forgets it.
    /// </summary>
    public void TruncateFromStart(long startOffset)
    {
        int inForce = _entries.FindLastIndex(entry => entry.StartOffset <= startOffset);
        if (inForce > 0) _entries.RemoveRange(0, inForce);
    }

    /// <summary>
    /// The largest known epoch at or below <paramref name="epoch"/> and where it ended (exclusive); (-1, -1) when there is
    /// none.
    /// </summary>
    public (int Epoch, long EndOffset) EndOffsetFor(int epoch, long logEndOffset)
    {
        int index = _entries.FindLastIndex(entry => entry.Epoch <= epoch);
        if (index < 0) return (-1, -1);
        return (_entries[index].Epoch, index + 1 < _entries.Count ? _entries[index + 1].StartOffset : logEndOffset);
    }

    /// <summary>The epoch in force at an offset; -1 when it is not known.</summary>
    public int EpochAt(long offset)
    {
        int index = _entries.FindLastIndex(entry => entry.StartOffset <= offset);
        return index < 0 ? -1 : _entries[index].Epoch;
    }

    /// <summary>Kafka's text: a version, a count, and a line for each epoch.</summary>
    public byte[] Write()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"0\n{_entries.Count}\n");
        foreach (EpochStart entry in _entries)
            text.Append(CultureInfo.InvariantCulture, $"{entry.Epoch} {entry.StartOffset}\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Reads that text into an empty history. False: it is damaged, and nothing was taken.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes)
    {
        string[] lines = Encoding.ASCII.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 2 || lines[0] != "0" || lines[1] != (lines.Length - 2).ToString(CultureInfo.InvariantCulture))
            return false;
        List<EpochStart> entries = [];
        foreach (string line in lines.AsSpan(2))
        {
            string[] fields = line.Split(' ');
            if (fields.Length != 2 || !int.TryParse(fields[0], CultureInfo.InvariantCulture, out int epoch) ||
                !long.TryParse(fields[1], CultureInfo.InvariantCulture, out long start)) return false;
            entries.Add(new EpochStart(epoch, start));
        }

        _entries.AddRange(entries);
        return true;
    }

    public void Clear() => _entries.Clear();
}
