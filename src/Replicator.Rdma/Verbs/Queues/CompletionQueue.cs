using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>Where queue pairs report what became of their work requests. Thread-safe.</summary>
public sealed unsafe class CompletionQueue : IDisposable
{
    // ibv_poll_cq and ibv_req_notify_cq are inline functions in C: they are calls through the provider's table, which are
    // copied here once so that a poll is one indirect call.
    private readonly delegate* unmanaged[Cdecl]<ibv_cq*, int, ibv_wc*, int> _poll;
    private readonly delegate* unmanaged[Cdecl]<ibv_cq*, int, int> _requestNotification;

    internal CompletionQueue(RdmaContext context, int capacity, CompletionChannel? channel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        using VerbsHandle.Lease lease = context.Handle.Use();
        using VerbsHandle.Lease channelLease = channel is null ? context.Handle.Use() : channel.Handle.Use();
        Native = Ibv.ibv_create_cq(context.Native, capacity, null, channel is null ? null : channel.Native, 0);
        int error = Marshal.GetLastPInvokeError();
        LockedMemoryLimitException.ThrowIfNull(Native, error, "ibv_create_cq", $"a queue of {capacity} completions");
        Handle = channel is null
            ? new VerbsHandle(Native, &VerbsHandle.DestroyCompletionQueue, context.Handle)
            : new VerbsHandle(Native, &VerbsHandle.DestroyCompletionQueue, context.Handle, channel.Handle);
        _poll = context.Native->ops.poll_cq;
        _requestNotification = context.Native->ops.req_notify_cq;
        Capacity = Native->cqe;
        Channel = channel;
    }

    /// <summary>Where it reports; null if nowhere.</summary>
    public CompletionChannel? Channel { get; }

    /// <summary>How many completions it can hold: at least what was asked for.</summary>
    public int Capacity { get; }

    internal VerbsHandle Handle { get; }

    internal ibv_cq* Native { get; }

    /// <summary>Takes what has completed, oldest first. Never blocks and never allocates.</summary>
    /// <param name="completions">Where to put it; 16 to 32 at a time are enough.</param>
    /// <returns>How many completions were taken.</returns>
    [SkipLocalsInit]
    public int Poll(Span<WorkCompletion> completions)
    {
        using VerbsHandle.Lease lease = Handle.Use();
        int taken;
        // WorkCompletion is an ibv_wc and nothing else.
        fixed (WorkCompletion* first = completions) taken = _poll(Native, completions.Length, (ibv_wc*)first);
        if (taken < 0) ThrowPollFailed(taken);
        return taken;
    }

    /// <summary>
    /// Asks for one event on the channel when the next completion comes. What came before may raise none: poll again
    /// afterwards.
    /// </summary>
    /// <param name="solicitedOnly">Only for completions that the peer marked, and for errors.</param>
    public void RequestNotification(bool solicitedOnly = false)
    {
        using VerbsHandle.Lease lease = Handle.Use();
        VerbsException.ThrowIfError(_requestNotification(Native, solicitedOnly ? 1 : 0), "ibv_req_notify_cq");
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static void ThrowPollFailed(int result) => VerbsException.ThrowIfError(-result, "ibv_poll_cq");
}
