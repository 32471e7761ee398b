using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// Zeroed, page-aligned memory outside of the managed heap, in huge pages where there are any. It is never moved, so that
/// it can be registered once for good. Unmapped when it is disposed and no memory region uses it any more. Thread-safe.
/// </summary>
public sealed unsafe class NativeSlab : IDisposable
{
    private const nuint HugePageBytes = 2 << 20;

    private NativeSlab(void* address, nuint bytes, bool isHuge)
    {
        Address = (byte*)address;
        Bytes = bytes;
        IsHuge = isHuge;
        Handle = new SlabHandle(address, bytes);
    }

    /// <summary>The length in bytes: what was asked for, rounded up to whole pages.</summary>
    public nuint Bytes { get; }

    /// <summary>Whether it lies in reserved huge pages (<c>vm.nr_hugepages</c>).</summary>
    public bool IsHuge { get; }

    internal byte* Address { get; }

    internal SafeHandle Handle { get; }

    /// <summary>Keeps the memory mapped until <see cref="SafeHandle.DangerousRelease"/>.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    internal void Hold()
    {
        bool held = false;
        Handle.DangerousAddRef(ref held);
    }

    /// <summary>Maps at least <paramref name="bytes"/> bytes.</summary>
    /// <exception cref="VerbsException">The system has no memory left for it (<c>mmap</c>).</exception>
    public static NativeSlab Allocate(nuint bytes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes);
        const int Protection = Libc.PROT_READ | Libc.PROT_WRITE, Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS;
        nuint huge = RoundUp(bytes, HugePageBytes);
        // Rounding a small slab up to a huge page would waste most of the page.
        if (bytes >= HugePageBytes / 2)
        {
            void* reserved = Libc.mmap(null, huge, Protection, Flags | Libc.MAP_HUGETLB, -1, 0);
            if (reserved != Libc.MAP_FAILED) return new NativeSlab(reserved, huge, isHuge: true);
        }

        nuint small = RoundUp(bytes, (nuint)Environment.SystemPageSize);
        void* address = Libc.mmap(null, small, Protection, Flags, -1, 0);
        if (address == Libc.MAP_FAILED) VerbsException.ThrowIfError(Marshal.GetLastPInvokeError(), "mmap", $"{small} bytes.");
        // Advice only: a kernel without transparent huge pages refuses, and the memory is as good.
        if (small >= HugePageBytes) _ = Libc.madvise(address, small, Libc.MADV_HUGEPAGE);
        return new NativeSlab(address, small, isHuge: false);
    }

    /// <summary>A part of the memory. It must not be used after the slab is disposed.</summary>
    public Span<byte> AsSpan(nuint offset, int length)
    {
        ObjectDisposedException.ThrowIf(Handle.IsClosed, this);
        if (length < 0 || offset > Bytes || (nuint)length > Bytes - offset) ThrowOutside(offset, length);
        return new Span<byte>(Address + offset, length);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static nuint RoundUp(nuint bytes, nuint page) => checked(bytes + page - 1) / page * page;

    private void ThrowOutside(nuint offset, int length) => throw new ArgumentOutOfRangeException(
        nameof(length), $"{length} bytes at {offset} are not within the slab's {Bytes} bytes.");

    private sealed class SlabHandle : SafeHandle
    {
        private readonly nuint _bytes;

        public SlabHandle(void* address, nuint bytes) : base((nint)Libc.MAP_FAILED, ownsHandle: true)
        {
            _bytes = bytes;
            SetHandle((nint)address);
        }

        public override bool IsInvalid => handle == (nint)Libc.MAP_FAILED;

        protected override bool ReleaseHandle() => Libc.munmap((void*)handle, _bytes) == 0;
    }
}
