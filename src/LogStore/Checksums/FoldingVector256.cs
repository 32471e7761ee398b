using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LogStore.Checksums;

/// <summary>Folding with VPCLMULQDQ and AVX2: two lanes.</summary>
internal readonly struct FoldingVector256 : IFoldingVector<Vector256<ulong>>
{
    public static string KernelName => "vpclmulqdq256";

    public static bool IsSupported => Pclmulqdq.V256.IsSupported && Avx2.IsSupported && FoldingVector128.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(ref byte first, nuint offset) =>
        Vector256.LoadUnsafe(ref first, offset).AsUInt64();

    public static Vector256<ulong> Broadcast(Vector128<ulong> lane) => Vector256.Create(lane, lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> AddRegister(Vector256<ulong> vector, uint register) =>
        vector ^ Vector256.CreateScalar(register).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> MoveAndAdd(
        Vector256<ulong> vector, Vector256<ulong> multiplier, Vector256<ulong> addend) =>
        Pclmulqdq.V256.CarrylessMultiply(vector, multiplier, 0x00)
        ^ Pclmulqdq.V256.CarrylessMultiply(vector, multiplier, 0x11)
        ^ addend;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> FoldLanes(Vector256<ulong> vector) =>
        FoldingVector128.MoveAndAdd(vector.GetLower(), FoldingConstants.PastOneLane, vector.GetUpper());
}
