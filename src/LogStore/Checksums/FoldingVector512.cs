using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LogStore.Checksums;

/// <summary>Folding with VPCLMULQDQ and AVX-512: four lanes, and both additions in one instruction.</summary>
internal readonly struct FoldingVector512 : IFoldingVector<Vector512<ulong>>
{
    public static string KernelName => "vpclmulqdq512";

    public static bool IsSupported => Pclmulqdq.V512.IsSupported && Avx512F.IsSupported && FoldingVector256.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Load(ref byte first, nuint offset) =>
        Vector512.LoadUnsafe(ref first, offset).AsUInt64();

    public static Vector512<ulong> Broadcast(Vector128<ulong> lane) =>
        Vector512.Create(Vector256.Create(lane, lane), Vector256.Create(lane, lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> AddRegister(Vector512<ulong> vector, uint register) =>
        vector ^ Vector512.CreateScalar(register).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> MoveAndAdd(
        Vector512<ulong> vector, Vector512<ulong> multiplier, Vector512<ulong> addend) =>
        Avx512F.TernaryLogic(
            Pclmulqdq.V512.CarrylessMultiply(vector, multiplier, 0x00),
            Pclmulqdq.V512.CarrylessMultiply(vector, multiplier, 0x11),
            addend,
            0x96); // The truth table of a ^ b ^ c.

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> FoldLanes(Vector512<ulong> vector)
    {
        Vector256<ulong> pastTwoLanes = FoldingVector256.Broadcast(FoldingConstants.PastTwoLanes);
        return FoldingVector256.FoldLanes(
            FoldingVector256.MoveAndAdd(vector.GetLower(), pastTwoLanes, vector.GetUpper()));
    }
}
