using System.Collections.Concurrent;

namespace LogStore.Replicator.Transport.InProcess;

/// <summary>Runs what is posted in order, one at a time, on the thread pool. Thread-safe.</summary>
internal sealed class SerialQueue : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Action> _actions = [];
    private int _count;

    /// <summary>Runs it after all that was posted before. It must not throw.</summary>
    public void Post(Action action)
    {
        _actions.Enqueue(action);
        if (Interlocked.Increment(ref _count) == 1) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Done when all that was posted before has run.</summary>
    public Task DrainAsync()
    {
        TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(drained.SetResult);
        return drained.Task;
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            _actions.TryDequeue(out Action? action); // There is one: it was counted after it was added.
            action!();
        }
        while (Interlocked.Decrement(ref _count) > 0);
    }
}
