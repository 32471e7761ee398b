namespace LogStore.Cluster.Tests.Histories;

/// <summary>Holds what clients were told and have seen against what is in the log at the end.</summary>
/// <remarks>
/// Finds: an acknowledged record that is lost or has moved; order broken within a partition; an idempotent record doubled; a
/// record that nobody wrote; a reader that saw what is not there, went back or left something out. Does not find: how long
/// anything took; what was wrong for a while and that nobody looked at. A writer that is not idempotent may repeat itself,
/// but what comes for the first time must come in order.
/// </remarks>
internal sealed class HistoryChecker
{
    private const int MostFindings = 20;

    private readonly History _history;
    private readonly IReadOnlyList<IReadOnlyList<Entry>> _final;
    private readonly List<string> _findings = [];
    private readonly HashSet<(Entry, int Partition)> _present = [];

    private HistoryChecker(History history, IReadOnlyList<IReadOnlyList<Entry>> final)
    {
        _history = history;
        _final = final;
    }

    /// <summary>Checks a history whose clients have ended.</summary>
    /// <param name="history">The history.</param>
    /// <param name="final">The entries of each partition in the end, by offset.</param>
    /// <returns>What is wrong: nothing, if all is well; no more than the first of it.</returns>
    public static IReadOnlyList<string> Check(History history, IReadOnlyList<IReadOnlyList<Entry>> final)
    {
        HistoryChecker checker = new(history, final);
        for (int partition = 0; partition < final.Count; partition++) checker.CheckOrder(partition);
        checker.CheckAcknowledged();
        checker.CheckSeen();
        return [.. checker._findings.Take(MostFindings)];
    }

    private void CheckOrder(int partition)
    {
        Dictionary<int, long> highest = [];
        for (int offset = 0; offset < _final[partition].Count; offset++)
        {
            Entry entry = _final[partition][offset];
            if (entry.Number > _history.Begun.GetValueOrDefault((entry.Writer, partition), -1))
                Report($"nobody has written '{entry}', which is at {partition}:{offset}");
            bool isNew = _present.Add((entry, partition));
            if (!isNew)
            {
                if (_history.IdempotentWriters.Contains(entry.Writer)) Report($"'{entry}' is doubled at {partition}:{offset}");
                continue;
            }

            long before = highest.GetValueOrDefault(entry.Writer, -1);
            if (entry.Number < before) Report($"'{entry}' at {partition}:{offset} comes after number {before}");
            else highest[entry.Writer] = entry.Number;
        }
    }

    private void CheckAcknowledged()
    {
        foreach (Placed placed in _history.Acknowledged)
        {
            IReadOnlyList<Entry> log = _final[placed.Partition];
            bool isThere = placed.Offset < 0
                ? _present.Contains((placed.Entry, placed.Partition))
                : placed.Offset < log.Count && log[(int)placed.Offset] == placed.Entry;
            if (isThere) continue;
            string instead = placed.Offset >= 0 && placed.Offset < log.Count
                ? $"'{log[(int)placed.Offset]}' is there" : $"the log ends at {log.Count}";
            string elsewhere = _present.Contains((placed.Entry, placed.Partition)) ? "it is elsewhere" : "it is lost";
            Report($"'{placed.Entry}' was acknowledged at {placed.Partition}:{placed.Offset}, but {instead}; {elsewhere}");
        }
    }

    private void CheckSeen()
    {
        long[] next = new long[_final.Count];
        foreach (Placed placed in _history.Seen)
        {
            if (placed.Offset != next[placed.Partition])
                Report($"the reader went from {placed.Partition}:{next[placed.Partition]} to {placed.Offset}");
            next[placed.Partition] = placed.Offset + 1;
            IReadOnlyList<Entry> log = _final[placed.Partition];
            if (placed.Offset >= log.Count)
                Report($"the reader saw '{placed.Entry}' at {placed.Partition}:{placed.Offset}, but the log ends at {log.Count}");
            else if (log[(int)placed.Offset] != placed.Entry)
                Report($"the reader saw '{placed.Entry}' at {placed.Partition}:{placed.Offset}, where '{log[(int)placed.Offset]}' is");
        }
    }

    private void Report(string finding) => _findings.Add(finding);
}
