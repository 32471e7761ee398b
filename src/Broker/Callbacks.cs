namespace LogStore.Broker;

/// <summary>Who wants to be told of something. Thread-safe; to tell takes no lock.</summary>
internal sealed class Callbacks<T>
{
    private readonly Lock _gate = new();
    private Action<T>[] _callbacks = [];

    public void Add(Action<T> callback)
    {
        lock (_gate) Volatile.Write(ref _callbacks, [.. _callbacks, callback]);
    }

    /// <summary>Ends <see cref="Add"/>; a call that is under way may still come.</summary>
    public void Remove(Action<T> callback)
    {
        lock (_gate) Volatile.Write(ref _callbacks, Array.FindAll(_callbacks, other => other != callback));
    }

    public void Tell(T what)
    {
        foreach (Action<T> callback in Volatile.Read(ref _callbacks)) callback(what);
    }
}
