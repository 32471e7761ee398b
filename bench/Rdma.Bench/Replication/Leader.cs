using System.Diagnostics;
using LogStore.Records;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>Appends batches to its logs, has them sent to the followers, and takes their acknowledgements.</summary>
internal sealed class Leader : ReplicationEnd
{
    /// <summary>How far a partition's log may be ahead of its followers: what a producer's five requests of 1 MiB have in flight.</summary>
    private const int Window = 5 << 20;

    private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IReplicaLink> _links = [];
    private readonly Outflow[][] _outflows = new Outflow[Partitions.Count][]; // By partition, one for each follower.
    private readonly SemaphoreSlim[] _progress = [.. Enumerable.Range(0, Partitions.Count).Select(_ => new SemaphoreSlim(0))];
    private readonly int _followers;
    private LoneRun? _lone;

    public Leader(int followers, string host, int port, string? device) : base(brokerId: 1, host, port, device) =>
        _followers = followers;

    /// <summary>Ends when all followers have been reached.</summary>
    public Task Up => _up.Task;

    public override void OnLinkUp(IReplicaLink link)
    {
        lock (_links)
        {
            _links.Add(link);
            if (_links.Count < _followers) return;
            for (int partition = 0; partition < Partitions.Count; partition++)
            {
                Outflow[] outflows = [.. _links.Select(each => new Outflow(Logs[partition], Partitions.Id(partition), each))];
                _outflows[partition] = outflows;
                Logs[partition].AddAppendListener(() => Pump(outflows));
            }
        }

        _up.TrySetResult();
    }

    public override void OnMessage(IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload)
    {
        int partition = message.Partition.Index;
        foreach (Outflow outflow in _outflows[partition])
        {
            if (outflow.Link == link) outflow.Acknowledged = message.EndOffset;
        }

        if (_lone is null && _progress[partition].CurrentCount == 0) _progress[partition].Release();
    }

    /// <summary>The next lone append is begun by the thread that got the last acknowledgement, as a leader's waiters are told by it.</summary>
    public override void OnDrained(IReplicaLink link) => _lone?.OnAcknowledged();

    public override void OnWritable(IReplicaLink link)
    {
        foreach (Outflow outflow in _outflows.SelectMany(outflows => outflows ?? []))
        {
            if (outflow.Link == link) outflow.Pump();
        }
    }

    /// <summary>The times of lone appends, each from its beginning to the last follower's acknowledgement, in microseconds.</summary>
    public async Task<double[]> LoneAsync(byte[] batch, int rounds)
    {
        LoneRun run = _lone = new LoneRun(this, batch, rounds);
        run.Next();
        double[] times = await run.Done;
        _lone = null;
        return times;
    }

    /// <summary>As much as followers take, to all partitions at once, each by a thread of its own.</summary>
    /// <param name="batch">What to append.</param>
    /// <param name="duration">How long.</param>
    /// <param name="followers">The followers' processor time so far.</param>
    public Throughput Pipelined(byte[] batch, TimeSpan duration, Func<TimeSpan> followers)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        TimeSpan followersCpu = followers();
        TimeSpan pollerCpu = ThreadTime.Of("rdma poller");
        long started = Stopwatch.GetTimestamp();
        long[] batches = new long[Partitions.Count];
        Thread[] threads = [.. Enumerable.Range(0, Partitions.Count).Select(partition =>
            new Thread(() => batches[partition] = Produce(partition, batch, started, duration)))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        TimeSpan taken = Stopwatch.GetElapsedTime(started);
        return new Throughput(
            batches.Sum() * batch.Length / taken.TotalSeconds / (1 << 20),
            (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)batches.Sum(),
            (Process.GetCurrentProcess().TotalProcessorTime - cpu) / taken,
            (followers() - followersCpu) / taken,
            (ThreadTime.Of("rdma poller") - pollerCpu) / taken);
    }

    /// <summary>What appending alone takes here, as a leader does it: the median in microseconds.</summary>
    public double AppendAlone(byte[] batch, int rounds)
    {
        double[] times = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            long since = Stopwatch.GetTimestamp();
            Logs[0].Append(RecordBatch.Parse(batch));
            times[round] = Stopwatch.GetElapsedTime(since).TotalMicroseconds;
        }

        Array.Sort(times);
        return times[rounds / 2];
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (Outflow outflow in _outflows.SelectMany(outflows => outflows ?? [])) outflow.Dispose();
        foreach (SemaphoreSlim progress in _progress) progress.Dispose();
    }

    private static void Pump(Outflow[] outflows)
    {
        foreach (Outflow outflow in outflows) outflow.Pump();
    }

    private long Acknowledged(int partition) => _outflows[partition].Min(outflow => outflow.Acknowledged);

    private long Produce(int partition, byte[] batch, long started, TimeSpan duration)
    {
        Log log = Logs[partition];
        Outflow[] outflows = _outflows[partition];
        long ahead = Math.Max(2, Window / batch.Length);
        long begin = log.LogEndOffset;
        long end = begin;
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            end = log.Append(RecordBatch.Parse(batch)).NextOffset;
            foreach (Outflow outflow in outflows)
            {
                while (outflow.Acknowledged < end - ahead) _progress[partition].Wait();
            }
        }

        foreach (Outflow outflow in outflows)
        {
            while (outflow.Acknowledged < end) _progress[partition].Wait();
        }

        return end - begin;
    }

    private sealed class LoneRun(Leader leader, byte[] batch, int rounds)
    {
        private readonly double[] _times = new double[rounds];
        private readonly TaskCompletionSource<double[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _gate = new(); // Over TCP each follower's link has a thread.
        private int _round = -(rounds / 5); // The first ones are to warm up.
        private long _since;

        public Task<double[]> Done => _done.Task;

        public void Next()
        {
            _since = Stopwatch.GetTimestamp();
            leader.Logs[0].Append(RecordBatch.Parse(batch));
        }

        public void OnAcknowledged()
        {
            lock (_gate)
            {
                if (_round == rounds || leader.Acknowledged(0) < leader.Logs[0].LogEndOffset) return;
                if (_round >= 0) _times[_round] = Stopwatch.GetElapsedTime(_since).TotalMicroseconds;
                if (++_round < rounds) Next();
                else _done.TrySetResult(_times);
            }
        }
    }
}

/// <summary>What a pipelined run has shown.</summary>
/// <param name="MebibytesPerSecond">Of batches that all followers have acknowledged.</param>
/// <param name="AllocatedPerBatch">Managed bytes, of all threads of the leader's process.</param>
/// <param name="LeaderCores">The processor time of the leader's process for each second.</param>
/// <param name="FollowerCores">The same of the followers' together.</param>
/// <param name="PollerCores">The part of the leader's that its poller takes.</param>
internal readonly record struct Throughput(
    double MebibytesPerSecond, double AllocatedPerBatch, double LeaderCores, double FollowerCores, double PollerCores);
