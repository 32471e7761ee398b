using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LogStore.Checksums;

/// <summary>The CPU's CRC-32C instruction on three lanes at once.</summary>
/// <remarks>
/// The instruction takes three cycles but a new one can start in each, so a single chain leaves two thirds of it
/// unused. A block is cut into three adjoining lanes, and the two registers that have lanes behind them are multiplied
/// past these through tables: that costs about twenty cycles a block, and needs no carry-less multiplication, which
/// some virtual CPUs hide.
/// </remarks>
/// <param name="name">The name of the instruction set.</param>
/// <param name="isSupported">
/// Whether <see cref="BitOperations.Crc32C(uint, ulong)"/> is one instruction of that set here.
/// </param>
internal sealed class InterleavedKernel(string name, bool isSupported) : Crc32CKernel
{
    private const int Lanes = 3;

    /// <summary>Long lanes, in bytes: joining them costs under 5 % of the time they take.</summary>
    private const int LongLane = 1024;

    /// <summary>Medium lanes, in bytes, for a block of record batch size.</summary>
    private const int MediumLane = 256;

    /// <summary>Short lanes, in bytes: about the shortest for which joining three is faster than one chain.</summary>
    private const int ShortLane = 64;

    private static readonly RegisterMultiplier PastLongLane = new(Crc32CPolynomial.PowerOfX(8 * LongLane));
    private static readonly RegisterMultiplier PastMediumLane = new(Crc32CPolynomial.PowerOfX(8 * MediumLane));
    private static readonly RegisterMultiplier PastShortLane = new(Crc32CPolynomial.PowerOfX(8 * ShortLane));

    public override string Name => name;

    public override bool IsSupported => isSupported;

    public override uint Update(uint register, ReadOnlySpan<byte> bytes)
    {
        ref byte first = ref MemoryMarshal.GetReference(bytes);
        nuint length = (uint)bytes.Length;
        if (length < Lanes * ShortLane) return Crc32CInstruction.Update(register, bytes);

        nuint offset = 0;
        for (; length - offset >= Lanes * LongLane; offset += Lanes * LongLane)
            register = UpdateBlock(register, ref first, offset, LongLane, PastLongLane);

        for (; length - offset >= Lanes * MediumLane; offset += Lanes * MediumLane)
            register = UpdateBlock(register, ref first, offset, MediumLane, PastMediumLane);

        for (; length - offset >= Lanes * ShortLane; offset += Lanes * ShortLane)
            register = UpdateBlock(register, ref first, offset, ShortLane, PastShortLane);

        return Crc32CInstruction.UpdateFrom(register, ref first, offset, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint UpdateBlock(
        uint register, ref byte first, nuint offset, nuint lane, RegisterMultiplier pastLane)
    {
        uint second = 0;
        uint third = 0;
        for (nuint end = offset + lane; offset != end; offset += sizeof(ulong))
        {
            register = BitOperations.Crc32C(register, Crc32CInstruction.Word(ref first, offset));
            second = BitOperations.Crc32C(second, Crc32CInstruction.Word(ref first, offset + lane));
            third = BitOperations.Crc32C(third, Crc32CInstruction.Word(ref first, offset + (2 * lane)));
        }

        return pastLane.Multiply(pastLane.Multiply(register) ^ second) ^ third;
    }
}
