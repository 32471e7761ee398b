using System.Diagnostics;

namespace LogStore.Bench.Peers;

/// <summary>Appends a fixed number of records by a fixed number of threads, and counts time and garbage.</summary>
internal abstract class Appender(int size, int threads, int recordsPerThread) : IDisposable
{
    /// <summary>The value of every record.</summary>
    protected byte[] Value { get; } = [.. Enumerable.Range(0, size).Select(index => (byte)index)];

    /// <summary>One round: records per second, megabytes per second, bytes allocated per record.</summary>
    public double[] Run()
    {
        using Barrier start = new(threads + 1);
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(index => new Thread(() =>
        {
            start.SignalAndWait();
            Append(index, recordsPerThread);
            start.SignalAndWait();
        }))];
        foreach (Thread worker in workers) worker.Start();
        start.SignalAndWait();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long started = Stopwatch.GetTimestamp();
        start.SignalAndWait();
        Settle();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        foreach (Thread worker in workers) worker.Join();
        Empty();
        double records = (double)recordsPerThread * threads;
        return [records / seconds, records * size / seconds / 1e6, allocated / records];
    }

    public abstract void Dispose();

    /// <summary>Appends on the calling thread.</summary>
    protected abstract void Append(int thread, int records);

    /// <summary>Returns when everything appended is in the file, as far as others can see it.</summary>
    protected abstract void Settle();

    /// <summary>Drops the data, so that the next round begins like this one.</summary>
    protected abstract void Empty();
}
