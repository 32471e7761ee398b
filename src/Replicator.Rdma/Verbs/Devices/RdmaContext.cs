using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// An opened device, from which everything else is made. Thread-safe. Disposing it closes the device as soon as all that
/// was made from it is disposed too.
/// </summary>
public sealed unsafe class RdmaContext : IDisposable
{
    private readonly ibv_context* _context;

    internal RdmaContext(RdmaDevice device, ibv_device* native)
    {
        Device = device;
        _context = VerbsException.ThrowIfNull(Ibv.ibv_open_device(native), "ibv_open_device", $"The device is '{device}'.");
        Handle = new VerbsHandle(_context, &VerbsHandle.CloseContext);
        // Reading events must never block: a caller asks for what is there, or polls the descriptor.
        int flags = Libc.fcntl(_context->async_fd, Libc.F_GETFL, 0);
        _ = Libc.fcntl(_context->async_fd, Libc.F_SETFL, flags | Libc.O_NONBLOCK);
    }

    /// <summary>The device.</summary>
    public RdmaDevice Device { get; }

    internal VerbsHandle Handle { get; }

    internal ibv_context* Native => _context;

    /// <summary>Asks the device what it can do.</summary>
    public DeviceAttributes QueryDevice()
    {
        using VerbsHandle.Lease lease = Handle.Use();
        ibv_device_attr attributes;
        VerbsException.ThrowIfError(Ibv.ibv_query_device(_context, &attributes), "ibv_query_device", Device.Name);
        return new DeviceAttributes(in attributes);
    }

    /// <summary>Asks for the state of a port.</summary>
    /// <param name="port">Its number, from 1.</param>
    public PortAttributes QueryPort(byte port)
    {
        using VerbsHandle.Lease lease = Handle.Use();
        ibv_port_attr attributes;
        VerbsException.ThrowIfError(
            IbvManual.QueryPort(_context, port, &attributes), "ibv_query_port", $"Port {port} of '{Device}'.");
        return new PortAttributes(port, in attributes);
    }

    /// <summary>The used entries of a port's GID table, with their types.</summary>
    public IReadOnlyList<GidEntry> QueryGids(byte port)
    {
        using VerbsHandle.Lease lease = Handle.Use();
        int capacity = 0;
        for (byte each = 1; each <= QueryDevice().PortCount; each++) capacity += QueryPort(each).GidTableLength;
        ibv_gid_entry[] entries = new ibv_gid_entry[capacity];
        nint count;
        fixed (ibv_gid_entry* first = entries) count = Ibv.ibv_query_gid_table(_context, first, (nuint)capacity, 0);
        if (count < 0) VerbsException.ThrowIfError((int)-count, "ibv_query_gid_table", Device.Name);
        return [.. entries.Take((int)count).Where(entry => entry.port_num == port).Select(entry => new GidEntry(
            (int)entry.gid_index, new Gid(in entry.gid), (GidType)entry.gid_type, (int)entry.ndev_ifindex))];
    }

    /// <summary>Makes a protection domain: what a queue pair may reach is what is registered in the same domain.</summary>
    public ProtectionDomain AllocateProtectionDomain() => new(this);

    /// <summary>Makes a channel on which completion queues report that they have something.</summary>
    public CompletionChannel CreateCompletionChannel() => new(this);

    /// <summary>Makes a completion queue.</summary>
    /// <param name="capacity">How many completions it can hold, at least 1. An overrun queue fails for good.</param>
    /// <param name="channel">Where it reports after <see cref="CompletionQueue.RequestNotification"/>; null for never.</param>
    public CompletionQueue CreateCompletionQueue(int capacity, CompletionChannel? channel = null) =>
        new(this, capacity, channel);

    /// <summary>Takes the next asynchronous event, if there is one. Never blocks.</summary>
    public bool TryReadAsyncEvent(out AsyncEvent asyncEvent)
    {
        using VerbsHandle.Lease lease = Handle.Use();
        asyncEvent = default;
        ibv_async_event raw;
        if (Ibv.ibv_get_async_event(_context, &raw) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is Errno.EAGAIN or Errno.EINTR) return false;
            VerbsException.ThrowIfError(error, "ibv_get_async_event", Device.Name);
        }

        // Until the event is acknowledged, destroying the object that it names blocks.
        asyncEvent = AsyncEvent.From(in raw);
        Ibv.ibv_ack_async_event(&raw);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
