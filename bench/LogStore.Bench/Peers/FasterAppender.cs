using FASTER.core;

namespace LogStore.Bench.Peers;

/// <summary>
/// Appends to FasterLog record by record, as its API is meant to be used. Its pages are written as they fill; a commit every
/// few milliseconds, as in its documentation, and one at the end.
/// </summary>
internal sealed class FasterAppender : Appender
{
    private readonly FasterLogSettings _settings;
    private readonly FasterLog _log;
    private readonly Timer _committer;

    public FasterAppender(string directory, int size, int threads, int recordsPerThread) : base(size, threads, recordsPerThread)
    {
        _settings = FasterLogs.PageCache(directory);
        _log = new FasterLog(_settings);
        _committer = new Timer(_ => _log.Commit(), null, 0, 50);
    }

    public override void Dispose()
    {
        using (WaitHandle stopped = new ManualResetEvent(false))
        {
            if (_committer.Dispose(stopped)) stopped.WaitOne();
        }

        _log.Dispose();
        _settings.LogDevice.Dispose();
    }

    protected override void Append(int thread, int records)
    {
        for (int record = 0; record < records; record++) _log.Enqueue(Value);
    }

    protected override void Settle() => _log.Commit(spinWait: true);

    protected override void Empty() => _log.TruncateUntil(_log.TailAddress);
}
