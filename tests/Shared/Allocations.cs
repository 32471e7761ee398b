namespace LogStore.Tests.Shared;

/// <summary>What code costs the garbage collector.</summary>
internal static class Allocations
{
    private const int Attempts = 50;
    private const int CleanRuns = 3;

    /// <summary>
    /// The bytes that <paramref name="action"/> allocates on this thread: the least of some runs. A collection, which any thread
    /// can cause, takes away what is left of the thread's allocation buffer and counts it as allocated: a run that one fell into
    /// tells little, and is not counted among them. Nor does a single run tell what the action costs each time, as something that
    /// grows now and then may have grown in it. <paramref name="action"/> must therefore cost the same but for that.
    /// </summary>
    public static long OnThisThread(Action action)
    {
        long least = long.MaxValue;
        int clean = 0;
        for (int attempt = 0; attempt < Attempts && clean < CleanRuns; attempt++)
        {
            int collections = GC.CollectionCount(0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            if (GC.CollectionCount(0) == collections) clean++;
        }

        return least;
    }
}
