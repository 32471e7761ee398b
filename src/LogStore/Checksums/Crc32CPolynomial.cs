namespace LogStore.Checksums;

/// <summary>
/// Arithmetic modulo the Castagnoli polynomial. Every kernel derives its constants from it at start-up, so that none is
/// a number to be taken on trust.
/// </summary>
/// <remarks>
/// A polynomial of degree below 32 is held reflected, as CRC-32C defines it: bit 31 is the coefficient of x^0 and bit 0
/// that of x^31. A checksum register is such a polynomial, and <c>n</c> zero bytes multiply it by x^(8n). Because a
/// checksum is linear, parts of an input can be worked on apart, each multiplied by the power that the bytes behind it
/// amount to, and added up.
/// </remarks>
internal static class Crc32CPolynomial
{
    /// <summary>x^0, which is 1.</summary>
    public const uint One = 0x8000_0000;

    /// <summary>
    /// The modulus, 0x11EDC6F41, reflected and without its leading term. Source: RFC 3720, section 12.1.
    /// </summary>
    private const uint Modulus = 0x82F6_3B78;

    /// <summary>The product of two polynomials.</summary>
    public static uint Multiply(uint left, uint right)
    {
        uint product = 0;
        for (; right != 0; right <<= 1)
        {
            // The topmost bit is the lowest power, so left grows by one power of x for each bit of right.
            if ((right & One) != 0) product ^= left;
            left = MultiplyByX(left);
        }

        return product;
    }

    /// <summary>x raised to <paramref name="exponent"/>, which is not negative.</summary>
    public static uint PowerOfX(int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        uint power = One;
        uint square = MultiplyByX(One);
        for (; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0) power = Multiply(power, square);
            square = Multiply(square, square);
        }

        return power;
    }

    /// <summary>
    /// Fills <paramref name="products"/>[b] with (b &lt;&lt; <paramref name="shift"/>) times <paramref name="factor"/>.
    /// </summary>
    /// <param name="products">256 products, one for each value of a byte.</param>
    /// <param name="factor">The polynomial to multiply by.</param>
    /// <param name="shift">Which byte of the register b is: 0, 8, 16 or 24.</param>
    public static void FillProducts(Span<uint> products, uint factor, int shift)
    {
        products[0] = 0;
        for (int bit = 1; bit < 256; bit <<= 1)
        {
            products[bit] = Multiply((uint)bit << shift, factor);
            for (int lower = 1; lower < bit; lower++) products[bit | lower] = products[bit] ^ products[lower];
        }
    }

    private static uint MultiplyByX(uint value) => (value >> 1) ^ ((value & 1) != 0 ? Modulus : 0);
}
