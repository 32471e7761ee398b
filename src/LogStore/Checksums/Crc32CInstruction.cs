using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LogStore.Checksums;

/// <summary>
/// The CPU's CRC-32C instruction (SSE4.2, Arm64), one word after the other: for short inputs and for tails.
/// </summary>
/// <remarks>
/// <see cref="BitOperations"/> compiles to the instruction where there is one; kernels check that before they come
/// here.
/// </remarks>
internal static class Crc32CInstruction
{
    /// <summary>The register after <paramref name="bytes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Update(uint register, ReadOnlySpan<byte> bytes)
    {
        ref byte first = ref MemoryMarshal.GetReference(bytes);
        nuint length = (uint)bytes.Length;
        return length < sizeof(ulong)
            ? UpdateShort(register, ref first, length)
            : UpdateFrom(register, ref first, 0, length);
    }

    /// <summary>The register after the bytes from <paramref name="offset"/> to <paramref name="length"/>.</summary>
    /// <param name="register">The register before them.</param>
    /// <param name="first">The first byte of the input, including what the register covers already.</param>
    /// <param name="offset">Where to go on.</param>
    /// <param name="length">
    /// The length of the input: at least 8, because the last word overlaps what came before.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UpdateFrom(uint register, ref byte first, nuint offset, nuint length)
    {
        Debug.Assert(length >= sizeof(ulong) && offset <= length);
        for (; length - offset >= sizeof(ulong); offset += sizeof(ulong))
            register = BitOperations.Crc32C(register, Word(ref first, offset));

        return offset == length ? register : UpdateLastWord(register, ref first, length, (int)(length - offset));
    }

    /// <summary>The little-endian word at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Word(ref byte first, nuint offset) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref first, offset));

    /// <summary>
    /// The last <paramref name="count"/> bytes, 1 to 7, in one instruction rather than up to three behind branches.
    /// </summary>
    /// <remarks>
    /// They are the topmost bytes of the word that ends with the input. Below them go zeros, which leave a register of
    /// 0 at 0; so the register itself is added to the bytes instead, where the instruction would have added it. What of
    /// a register is longer than the bytes meets no input: it only moves down.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint UpdateLastWord(uint register, ref byte first, nuint length, int count)
    {
        int covered = 64 - (8 * count);
        ulong word = Word(ref first, length - sizeof(ulong)) >> covered;
        return BitOperations.Crc32C(0, (word ^ register) << covered) ^ (uint)((ulong)register >> (8 * count));
    }

    private static uint UpdateShort(uint register, ref byte first, nuint length)
    {
        nuint offset = 0;
        if ((length & 4) != 0)
        {
            register = BitOperations.Crc32C(register, Unsafe.ReadUnaligned<uint>(ref first));
            offset = 4;
        }

        if ((length & 2) != 0)
        {
            ushort pair = Unsafe.ReadUnaligned<ushort>(ref Unsafe.AddByteOffset(ref first, offset));
            register = BitOperations.Crc32C(register, pair);
            offset += 2;
        }

        return (length & 1) != 0 ? BitOperations.Crc32C(register, Unsafe.AddByteOffset(ref first, offset)) : register;
    }
}
