using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LogStore.Checksums;

/// <summary>
/// Folds the input onto its last vector by carry-less multiplication, then finishes with the CRC-32C instruction.
/// </summary>
/// <remarks>
/// <para>
/// One algorithm for all widths: <typeparamref name="TVector"/> and <typeparamref name="TOperations"/> are structs, for
/// which the JIT compiles it anew, with every operation inlined.
/// </para>
/// <para>
/// Why the CRC instruction does not run beside the folding, on a share of the input: measured on an AMD Zen 4 that
/// gains an eighth at 64 KiB with 512-bit vectors, and loses as much at 1 MiB, where further streams of reads get in
/// the way of the prefetcher. Folding alone is faster than copying the bytes there, so the simpler loop stands.
/// </para>
/// </remarks>
internal sealed class FoldingKernel<TVector, TOperations> : Crc32CKernel
    where TVector : struct
    where TOperations : struct, IFoldingVector<TVector>
{
    /// <summary>
    /// In bytes: below this the instruction alone is at least as fast at every width, as it has nothing to reduce.
    /// </summary>
    private const int ShortestFolded = 128;

    /// <summary>Chains of multiplications in flight: two multipliers of latency 4 to 6 are kept busy by four.</summary>
    private const int Chains = 4;

    private static readonly TVector PastOneVector =
        TOperations.Broadcast(FoldingConstants.Past(Unsafe.SizeOf<TVector>()));

    private static readonly TVector PastAllChains =
        TOperations.Broadcast(FoldingConstants.Past(Chains * Unsafe.SizeOf<TVector>()));

    public override string Name => TOperations.KernelName;

    public override bool IsSupported => TOperations.IsSupported;

    public override uint Update(uint register, ReadOnlySpan<byte> bytes) =>
        bytes.Length < ShortestFolded ? Crc32CInstruction.Update(register, bytes) : UpdateFolded(register, bytes);

    private static uint UpdateFolded(uint register, ReadOnlySpan<byte> bytes)
    {
        ref byte first = ref MemoryMarshal.GetReference(bytes);
        nuint length = (uint)bytes.Length;
        nuint size = (uint)Unsafe.SizeOf<TVector>();

        // With fewer than two rounds of all chains, folding the chains together costs more than they save.
        TVector vector = TOperations.AddRegister(TOperations.Load(ref first, 0), register);
        nuint offset = size;
        if (length >= 2 * Chains * size) vector = FoldChains(vector, ref first, length, out offset);

        for (; length - offset >= size; offset += size)
            vector = TOperations.MoveAndAdd(vector, PastOneVector, TOperations.Load(ref first, offset));

        Vector128<ulong> lane = TOperations.FoldLanes(vector);
        for (; length - offset >= (nuint)Vector128<byte>.Count; offset += (nuint)Vector128<byte>.Count)
        {
            Vector128<ulong> next = FoldingVector128.Load(ref first, offset);
            lane = FoldingVector128.MoveAndAdd(lane, FoldingConstants.PastOneLane, next);
        }

        // The lane has the remainder of everything so far: as sixteen bytes of input after a register of 0, it leaves
        // the register that everything would have left.
        register = BitOperations.Crc32C(BitOperations.Crc32C(0, lane[0]), lane[1]);
        return Crc32CInstruction.UpdateFrom(register, ref first, offset, length);
    }

    /// <summary>
    /// Folds whole rounds of vectors, of which each chain takes one, and then the chains onto the last.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector FoldChains(TVector chain0, ref byte first, nuint length, out nuint offset)
    {
        nuint size = (uint)Unsafe.SizeOf<TVector>();
        TVector pastAllChains = PastAllChains;
        TVector chain1 = TOperations.Load(ref first, size);
        TVector chain2 = TOperations.Load(ref first, 2 * size);
        TVector chain3 = TOperations.Load(ref first, 3 * size);
        nuint next = Chains * size;
        for (; length - next >= Chains * size; next += Chains * size)
        {
            chain0 = TOperations.MoveAndAdd(chain0, pastAllChains, TOperations.Load(ref first, next));
            chain1 = TOperations.MoveAndAdd(chain1, pastAllChains, TOperations.Load(ref first, next + size));
            chain2 = TOperations.MoveAndAdd(chain2, pastAllChains, TOperations.Load(ref first, next + (2 * size)));
            chain3 = TOperations.MoveAndAdd(chain3, pastAllChains, TOperations.Load(ref first, next + (3 * size)));
        }

        offset = next;
        TVector pastOne = PastOneVector;
        chain1 = TOperations.MoveAndAdd(chain0, pastOne, chain1);
        chain2 = TOperations.MoveAndAdd(chain1, pastOne, chain2);
        return TOperations.MoveAndAdd(chain2, pastOne, chain3);
    }
}
