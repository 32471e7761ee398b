using System.Numerics;

namespace LogStore.Checksums;

/// <summary>CRC-32C (Castagnoli), the checksum of record batches. Source: RFC 3720, appendix B.4.</summary>
/// <remarks>Thread-safe: it has no state.</remarks>
public static class Crc32C
{
    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what <paramref name="checksum"/> covers, followed by <paramref name="bytes"/>.</summary>
    /// <param name="checksum">A finished checksum; 0 for nothing.</param>
    /// <param name="bytes">The bytes that follow.</param>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~checksum;
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
