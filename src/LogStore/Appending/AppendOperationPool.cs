namespace LogStore.Appending;

/// <summary>The operations of one log between two uses. Thread-safe.</summary>
internal sealed class AppendOperationPool(Lock gate)
{
    private const int Kept = 1024;

    private readonly Lock _poolGate = new();
    private AppendOperation? _head;
    private int _count;

    public AppendOperation Rent(bool blocking)
    {
        AppendOperation? operation;
        lock (_poolGate)
        {
            operation = _head;
            if (operation is not null)
            {
                _head = operation.Next;
                _count--;
            }
        }

        operation ??= new AppendOperation(gate, this);
        operation.Begin(blocking);
        return operation;
    }

    public void Return(AppendOperation operation)
    {
        lock (_poolGate)
        {
            if (_count == Kept) return;
            operation.Next = _head;
            _head = operation;
            _count++;
        }
    }
}
