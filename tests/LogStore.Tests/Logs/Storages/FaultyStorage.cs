using LogStore.IO;

namespace LogStore.Tests.Logs.Storages;

/// <summary>How a call fails.</summary>
internal enum FaultKind
{
    /// <summary>Any call: EIO, with nothing done.</summary>
    Error,

    /// <summary>A write: half of the bytes, then EIO.</summary>
    ShortWrite,

    /// <summary>A call that takes space: half of a write's bytes, then ENOSPC, until space returns.</summary>
    DiskFull,

    /// <summary>A flush of a file or a directory: EIO.</summary>
    FailedFlush,
}

/// <summary>Fails the N-th call of those that a kind of fault can strike, to files with a suffix.</summary>
internal sealed class FaultyStorage(FaultKind kind, int failAt, string suffix = "") : InterceptedStorage
{
    private int _calls;
    private int _failed;

    /// <summary>The call that failed first; null while none has.</summary>
    public StorageCall? FailedCall { get; private set; }

    /// <summary>How many flushes of files were asked for after one had failed.</summary>
    public int FlushesAfterFailure { get; private set; }

    private bool HasFailed => Volatile.Read(ref _failed) != 0;

    /// <summary>A full device has room again; other faults strike once.</summary>
    public void Heal() => Volatile.Write(ref _calls, int.MinValue);

    protected override void Before(StorageCall call)
    {
        if (HasFailed && call.Operation == StorageOperation.Flush) FlushesAfterFailure++;
        if (!Strikes(call)) return;
        throw Failure(call);
    }

    protected override int BeforeWrite(StorageCall call, int length, out Exception? failure)
    {
        failure = Strikes(call) ? Failure(call) : null;
        if (failure is null) return length;
        return kind is FaultKind.ShortWrite or FaultKind.DiskFull ? length / 2 : 0;
    }

    private bool Strikes(StorageCall call)
    {
        bool candidate = kind switch
        {
            FaultKind.ShortWrite => call.Operation == StorageOperation.Write,
            FaultKind.DiskFull => call.TakesSpace,
            FaultKind.FailedFlush => call.IsFlush,
            _ => true,
        };
        if (!candidate || !call.Path.EndsWith(suffix, StringComparison.Ordinal)) return false;
        int number = Interlocked.Increment(ref _calls);
        bool strikes = kind == FaultKind.DiskFull ? number >= failAt : number == failAt;
        if (!strikes) return false;
        if (Interlocked.Exchange(ref _failed, 1) == 0) FailedCall = call;
        return true;
    }

    private IOException Failure(StorageCall call) => kind == FaultKind.DiskFull
        ? LibC.DiskFull(call.Path)
        : new IOException($"Input/output error : '{call.Path}'", 5);
}
