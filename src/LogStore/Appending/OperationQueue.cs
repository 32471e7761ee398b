namespace LogStore.Appending;

/// <summary>A first-in, first-out queue threaded through the operations themselves. Guarded by the append path's gate.</summary>
internal struct OperationQueue
{
    private AppendOperation? _head;
    private AppendOperation? _tail;
    private int _blocking;

    public readonly bool IsEmpty => _head is null;

    public readonly AppendOperation? Head => _head;

    public int Count { get; private set; }

    /// <summary>The first operation whose caller blocks a thread, and could use it; null when there is none.</summary>
    public readonly AppendOperation? FirstBlocking
    {
        get
        {
            if (_blocking == 0) return null;
            AppendOperation operation = _head!;
            while (!operation.IsBlocking) operation = operation.Next!;
            return operation;
        }
    }

    public void Enqueue(AppendOperation operation)
    {
        operation.Next = null;
        if (_tail is null) _head = operation;
        else _tail.Next = operation;
        _tail = operation;
        Count++;
        if (operation.IsBlocking) _blocking++;
    }

    public AppendOperation Dequeue()
    {
        AppendOperation operation = _head!;
        _head = operation.Next;
        if (_head is null) _tail = null;
        operation.Next = null;
        Count--;
        if (operation.IsBlocking) _blocking--;
        return operation;
    }

    /// <summary>Takes out, from the front, the operations whose batches end below <paramref name="offset"/>.</summary>
    public OperationQueue DequeueBelow(long offset)
    {
        OperationQueue taken = default;
        while (_head is not null && _head.Result.LastOffset < offset) taken.Enqueue(Dequeue());
        return taken;
    }

    /// <summary>Takes out all operations whose batches end at or above <paramref name="offset"/>, keeping the others.</summary>
    public OperationQueue TakeFrom(long offset)
    {
        OperationQueue taken = default;
        OperationQueue kept = default;
        while (_head is not null)
        {
            AppendOperation operation = Dequeue();
            if (operation.Result.LastOffset >= offset) taken.Enqueue(operation);
            else kept.Enqueue(operation);
        }

        this = kept;
        return taken;
    }

    /// <summary>Ends every operation in the queue. Outside the gate: it may run what callers left behind.</summary>
    public void CompleteAll(Exception? error)
    {
        while (_head is not null) Dequeue().Complete(error);
    }
}
