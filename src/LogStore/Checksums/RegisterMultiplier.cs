using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LogStore.Checksums;

/// <summary>
/// Multiplies checksum registers by one fixed polynomial, through a table for each byte of the register (4 KiB).
/// </summary>
internal sealed class RegisterMultiplier
{
    private readonly uint[] _products = new uint[sizeof(uint) * 256];

    public RegisterMultiplier(uint factor)
    {
        for (int index = 0; index < sizeof(uint); index++)
            Crc32CPolynomial.FillProducts(_products.AsSpan(index * 256, 256), factor, 8 * index);
    }

    /// <summary>The product of <paramref name="register"/> and the factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Multiply(uint register)
    {
        ref uint products = ref MemoryMarshal.GetArrayDataReference(_products);
        return Unsafe.Add(ref products, (int)(byte)register)
            ^ Unsafe.Add(ref products, 256 + (int)(byte)(register >> 8))
            ^ Unsafe.Add(ref products, 512 + (int)(byte)(register >> 16))
            ^ Unsafe.Add(ref products, 768 + (int)(register >> 24));
    }
}
