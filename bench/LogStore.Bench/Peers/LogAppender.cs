using LogStore.Records;
using Microsoft.Win32.SafeHandles;

namespace LogStore.Bench.Peers;

/// <summary>
/// Appends to a <see cref="Log"/> as a producer does: each thread fills batches of 64 KiB with a builder of its own, and hands
/// each over without waiting for the write. Checksums are on; there is no way to turn them off.
/// </summary>
internal sealed class LogAppender : Appender
{
    private const int BatchBytes = 64 * 1024;

    private readonly Log _log;
    private readonly RecordBatchBuilder[] _builders;

    public LogAppender(string directory, int size, int threads, int recordsPerThread) : base(size, threads, recordsPerThread)
    {
        _log = Log.OpenAsync(new LogOptions { Directory = directory }).AsTask().GetAwaiter().GetResult();
        RecordBatchBuilderOptions options = new() { MaxBytes = BatchBytes, InitialCapacity = BatchBytes };
        _builders = [.. Enumerable.Range(0, threads).Select(_ => new RecordBatchBuilder(options))];
    }

    public override void Dispose()
    {
        foreach (RecordBatchBuilder builder in _builders) builder.Dispose();
        _log.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    protected override void Append(int thread, int records)
    {
        RecordBatchBuilder builder = _builders[thread];
        builder.Reset();
        for (int record = 0; record < records; record++)
        {
            if (builder.TryAppend(record, default, Value)) continue;
            _log.Append(builder.Build(), AckWhen.None);
            builder.Reset();
            builder.TryAppend(record, default, Value);
        }

        // Batches are written in order, so this one waits for all of the thread's.
        _log.Append(builder.Build(), AckWhen.Appended);
    }

    protected override void Settle()
    {
        // Each thread has waited for its own.
    }

    protected override void Empty()
    {
        // Truncating a log flushes it first. Cut to its first batch behind its back, it has nothing to flush: no round leaves
        // the disk busy for the next.
        foreach (string path in Directory.GetFiles(_log.Directory, "*.log"))
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.SetLength(file, BatchBytes);
        }

        _log.TruncateToAsync(_log.LogStartOffset).AsTask().GetAwaiter().GetResult();
    }
}
