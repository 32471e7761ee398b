using System.Diagnostics;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>Appends batches to its own log, sends them to a follower, and takes its acknowledgements.</summary>
internal sealed class Leader(string host, int port, string? device, TimeSpan spinTime)
    : ReplicationEnd(brokerId: 1, host, port, device, spinTime)
{
    private readonly TaskCompletionSource<IReplicaLink> _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writable = new(0);
    private long _acknowledged;
    private LoneRun? _lone;

    /// <summary>The link, once it is up.</summary>
    public Task<IReplicaLink> Up => _up.Task;

    public override void OnLinkUp(IReplicaLink link) => _up.TrySetResult(link);

    public override void OnMessage(IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload) =>
        Volatile.Write(ref _acknowledged, message.EndOffset);

    /// <summary>The next lone append is begun by the thread that got the last acknowledgement, as a leader's waiters are told by it.</summary>
    public override void OnDrained(IReplicaLink link) => _lone?.OnAcknowledged();

    public override void OnWritable(IReplicaLink link) => _writable.Release();

    /// <summary>The times of lone appends, each from its beginning to the follower's acknowledgement, in microseconds.</summary>
    public async Task<double[]> LoneAsync(BatchSource source, int rounds)
    {
        IReplicaLink link = await Up;
        LoneRun run = _lone = new LoneRun(this, link, source, rounds);
        run.Next();
        double[] times = await run.Done;
        _lone = null;
        return times;
    }

    /// <summary>Sends as much as it is let.</summary>
    public async Task<Throughput> PipelinedAsync(BatchSource source, TimeSpan duration)
    {
        IReplicaLink link = await Up;
        long begin = source.Next;
        long allocated = GC.GetTotalAllocatedBytes();
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            Log.AppendReplicated(source.Current);
            while (!link.TrySend(source, source.Size))
            {
                link.Flush();
                await _writable.WaitAsync();
            }

            source.MoveOn();
            link.Flush();
        }

        SpinWait spin = default;
        while (Volatile.Read(ref _acknowledged) < source.Next) spin.SpinOnce();
        TimeSpan taken = Stopwatch.GetElapsedTime(started);
        long batches = source.Next - begin;
        return new Throughput(
            batches * source.Size / taken.TotalSeconds / (1 << 20), (GC.GetTotalAllocatedBytes() - allocated) / (double)batches,
            (Process.GetCurrentProcess().TotalProcessorTime - cpu) / taken);
    }

    /// <summary>What appending alone takes here: the median in microseconds.</summary>
    public double AppendAlone(BatchSource source, int rounds)
    {
        double[] times = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            long since = Stopwatch.GetTimestamp();
            Log.AppendReplicated(source.Current);
            times[round] = Stopwatch.GetElapsedTime(since).TotalMicroseconds;
            source.MoveOn();
        }

        Array.Sort(times);
        return times[rounds / 2];
    }

    private sealed class LoneRun(Leader leader, IReplicaLink link, BatchSource source, int rounds)
    {
        private readonly double[] _times = new double[rounds];
        private readonly TaskCompletionSource<double[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _round = -(rounds / 5); // The first ones are to warm up.
        private long _since;

        public Task<double[]> Done => _done.Task;

        public void Next()
        {
            _since = Stopwatch.GetTimestamp();
            leader.Log.AppendReplicated(source.Current);
            if (!link.TrySend(source, source.Size)) throw new InvalidOperationException("There is no room for a lone batch.");
            source.MoveOn();
            link.Flush();
        }

        public void OnAcknowledged()
        {
            if (Volatile.Read(ref leader._acknowledged) < source.Next) return;
            if (_round >= 0) _times[_round] = Stopwatch.GetElapsedTime(_since).TotalMicroseconds;
            if (++_round < rounds) Next();
            else _done.TrySetResult(_times);
        }
    }
}

/// <summary>What a pipelined run has shown.</summary>
/// <param name="MebibytesPerSecond">Of batches that were acknowledged.</param>
/// <param name="AllocatedPerBatch">Managed bytes, of all threads of the leader's process.</param>
/// <param name="Cores">The processor time of the leader's process for each second.</param>
internal readonly record struct Throughput(double MebibytesPerSecond, double AllocatedPerBatch, double Cores);
