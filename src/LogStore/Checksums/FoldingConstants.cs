using System.Runtime.Intrinsics;

namespace LogStore.Checksums;

/// <summary>What a 128-bit lane is multiplied by to move it towards the end of the input.</summary>
/// <remarks>
/// <para>
/// A lane loaded from memory is a polynomial of degree below 128, reflected: its lower half L holds the higher powers,
/// so it is L x^64 + H. To move it past d bits is to multiply it by x^d, and since only the remainder matters, each
/// half may be multiplied by its own power modulo P: L (x^(d+64) mod P) + H (x^d mod P), whose degree is below 128
/// again.
/// </para>
/// <para>
/// A carry-less product of two reflected 64-bit numbers has 127 bits, with the highest power in bit 0. Read as a lane,
/// which has 128, it is the product times x. The powers are therefore one lower: x^(d+63) and x^(d-1). Each is a
/// remainder of 32 bits in a number of 64: reflected, it lies in the upper half.
/// </para>
/// <para>
/// Source: V. Gopal et al., Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction, Intel, 2009.
/// </para>
/// </remarks>
internal static class FoldingConstants
{
    /// <summary>Moves a lane past one other.</summary>
    public static readonly Vector128<ulong> PastOneLane = Past(Vector128<byte>.Count);

    /// <summary>Moves a lane past two others.</summary>
    public static readonly Vector128<ulong> PastTwoLanes = Past(2 * Vector128<byte>.Count);

    /// <summary>
    /// The multipliers of the lower and the upper half of a lane that move it past <paramref name="bytes"/> bytes.
    /// </summary>
    public static Vector128<ulong> Past(int bytes)
    {
        int bits = 8 * bytes;
        return Vector128.Create(
            (ulong)Crc32CPolynomial.PowerOfX(bits + 63) << 32,
            (ulong)Crc32CPolynomial.PowerOfX(bits - 1) << 32);
    }
}
