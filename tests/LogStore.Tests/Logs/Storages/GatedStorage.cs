namespace LogStore.Tests.Logs.Storages;

/// <summary>Holds up one kind of call until it is let go, and counts the calls that have been let through.</summary>
internal sealed class GatedStorage(StorageOperation gated, string suffix = ".log") : InterceptedStorage, IDisposable
{
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private readonly SemaphoreSlim _arrived = new(0);
    private int _passed;

    /// <summary>How many of the gated calls went through.</summary>
    public int Passed => Volatile.Read(ref _passed);

    public void Close() => _gate.Reset();

    public void Open() => _gate.Set();

    /// <summary>Completes once for each call that has come to the closed gate.</summary>
    public Task ArrivalAsync() => _arrived.WaitAsync();

    public void Dispose()
    {
        _gate.Dispose();
        _arrived.Dispose();
    }

    protected override void Before(StorageCall call)
    {
        if (call.Operation != gated || !call.Path.EndsWith(suffix, StringComparison.Ordinal)) return;
        if (!_gate.IsSet)
        {
            _arrived.Release();
            _gate.Wait();
        }

        Interlocked.Increment(ref _passed);
    }
}
