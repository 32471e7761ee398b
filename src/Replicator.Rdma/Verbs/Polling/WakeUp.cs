using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>Waits on a completion channel until it has an event or another thread calls <see cref="Signal"/>.</summary>
internal sealed unsafe class WakeUp : SafeHandle
{
    private readonly CompletionChannel _channel;

    public WakeUp(CompletionChannel channel) : base(-1, ownsHandle: true)
    {
        _channel = channel;
        int descriptor = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        if (descriptor < 0) VerbsException.ThrowIfError(Marshal.GetLastPInvokeError(), "eventfd");
        SetHandle(descriptor);
    }

    public override bool IsInvalid => handle < 0;

    /// <summary>Ends the present or next <see cref="Wait"/>, and all later ones.</summary>
    public void Signal()
    {
        bool added = false;
        DangerousAddRef(ref added);
        try
        {
            ulong one = 1;
            _ = Libc.write((int)handle, &one, sizeof(ulong));
        }
        finally
        {
            DangerousRelease();
        }
    }

    /// <summary>Sleeps until the channel is readable or the signal was given.</summary>
    public void Wait()
    {
        using VerbsHandle.Lease lease = _channel.Handle.Use();
        pollfd* descriptors = stackalloc pollfd[2];
        descriptors[0] = new pollfd { fd = _channel.Descriptor, events = Libc.POLLIN };
        descriptors[1] = new pollfd { fd = (int)handle, events = Libc.POLLIN };
        if (Libc.poll(descriptors, 2, -1) >= 0) return;
        int error = Marshal.GetLastPInvokeError();
        if (error != Errno.EINTR) VerbsException.ThrowIfError(error, "poll");
    }

    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
