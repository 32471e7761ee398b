using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// Owns one native verbs object. It holds a reference on each object that it was made from, so that whatever the order in
/// which owners are disposed or collected, the native objects go in the order that the kernel asks for: queue pairs and
/// memory regions first, then completion queues, channels, protection domains, and the context last.
/// </summary>
internal sealed unsafe class VerbsHandle : SafeHandle
{
    private readonly delegate*<nint, int> _destroy;
    private readonly SafeHandle[] _parents;

    /// <summary>Takes ownership of <paramref name="native"/>; if this throws, it is destroyed.</summary>
    /// <param name="native">The object: not null.</param>
    /// <param name="destroy">Frees it and returns an errno.</param>
    /// <param name="parents">What must outlive it.</param>
    public VerbsHandle(void* native, delegate*<nint, int> destroy, params SafeHandle[] parents)
        : base(0, ownsHandle: true)
    {
        _destroy = destroy;
        _parents = parents;
        int held = 0;
        try
        {
            for (bool added = false; held < parents.Length; held++, added = false) parents[held].DangerousAddRef(ref added);
            SetHandle((nint)native);
        }
        finally
        {
            if (IsInvalid)
            {
                destroy((nint)native);
                while (held > 0) parents[--held].DangerousRelease();
            }
        }
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Keeps the object alive for the time of a call; a disposed owner ends in ObjectDisposedException.</summary>
    public Lease Use() => new(this);

    protected override bool ReleaseHandle()
    {
        int error = _destroy(handle);
        // With its children gone by construction, a verb that refuses here is a bug of ours or of the driver: the object
        // leaks, and its parents with it, since freeing them under it would be worse.
        if (error != 0) return false;
        foreach (SafeHandle parent in _parents) parent.DangerousRelease();
        return true;
    }

    public static int CloseContext(nint context) => Result(Ibv.ibv_close_device((ibv_context*)context));

    public static int DeallocateProtectionDomain(nint domain) => Ibv.ibv_dealloc_pd((ibv_pd*)domain);

    public static int DeregisterMemory(nint region) => Ibv.ibv_dereg_mr((ibv_mr*)region);

    public static int DestroyChannel(nint channel) => Ibv.ibv_destroy_comp_channel((ibv_comp_channel*)channel);

    public static int DestroyCompletionQueue(nint queue) => Ibv.ibv_destroy_cq((ibv_cq*)queue);

    public static int DestroyQueuePair(nint pair) => Ibv.ibv_destroy_qp((ibv_qp*)pair);

    public static int DestroyAddressHandle(nint address) => Ibv.ibv_destroy_ah((ibv_ah*)address);

    private static int Result(int returned) => returned == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>A reference held for the time of a call.</summary>
    internal readonly ref struct Lease
    {
        private readonly VerbsHandle _owner;

        public Lease(VerbsHandle owner)
        {
            bool added = false;
            owner.DangerousAddRef(ref added);
            _owner = owner;
        }

        public void Dispose() => _owner.DangerousRelease();
    }
}
