using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// Where armed completion queues report that they have something. It is edge-triggered: after arming a queue poll it until
/// it is empty, and only then wait, or the event that would wake you may be past. Thread-safe.
/// </summary>
public sealed unsafe class CompletionChannel : IDisposable
{
    internal CompletionChannel(RdmaContext context)
    {
        using VerbsHandle.Lease lease = context.Handle.Use();
        Native = VerbsException.ThrowIfNull(
            Ibv.ibv_create_comp_channel(context.Native), "ibv_create_comp_channel", context.Device.Name);
        Handle = new VerbsHandle(Native, &VerbsHandle.DestroyChannel, context.Handle);
        int flags = Libc.fcntl(Native->fd, Libc.F_GETFL, 0);
        _ = Libc.fcntl(Native->fd, Libc.F_SETFL, flags | Libc.O_NONBLOCK);
    }

    internal VerbsHandle Handle { get; }

    internal ibv_comp_channel* Native { get; }

    /// <summary>Readable, for <c>poll(2)</c>, while there are events.</summary>
    internal int Descriptor => Native->fd;

    /// <summary>Takes and acknowledges the next event, if there is one. Never blocks.</summary>
    public bool TryTakeEvent()
    {
        using VerbsHandle.Lease lease = Handle.Use();
        ibv_cq* queue;
        void* queueContext;
        if (Ibv.ibv_get_cq_event(Native, &queue, &queueContext) == 0)
        {
            // ibv_destroy_cq waits for acknowledgements. They take a mutex, which does not matter: an event means that
            // this side had gone to sleep.
            Ibv.ibv_ack_cq_events(queue, 1);
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error is not (Errno.EAGAIN or Errno.EINTR)) VerbsException.ThrowIfError(error, "ibv_get_cq_event");
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
