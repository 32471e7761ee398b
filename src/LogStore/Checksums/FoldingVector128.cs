using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LogStore.Checksums;

/// <summary>Folding with PCLMULQDQ: one lane.</summary>
internal readonly struct FoldingVector128 : IFoldingVector<Vector128<ulong>>
{
    public static string KernelName => "pclmulqdq";

    public static bool IsSupported => Pclmulqdq.IsSupported && Sse42.X64.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Load(ref byte first, nuint offset) =>
        Vector128.LoadUnsafe(ref first, offset).AsUInt64();

    public static Vector128<ulong> Broadcast(Vector128<ulong> lane) => lane;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> AddRegister(Vector128<ulong> vector, uint register) =>
        vector ^ Vector128.CreateScalar(register).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> MoveAndAdd(
        Vector128<ulong> vector, Vector128<ulong> multiplier, Vector128<ulong> addend) =>
        Pclmulqdq.CarrylessMultiply(vector, multiplier, 0x00)
        ^ Pclmulqdq.CarrylessMultiply(vector, multiplier, 0x11)
        ^ addend;

    public static Vector128<ulong> FoldLanes(Vector128<ulong> vector) => vector;
}
