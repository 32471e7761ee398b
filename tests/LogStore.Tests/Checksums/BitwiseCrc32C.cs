namespace LogStore.Tests.Checksums;

/// <summary>CRC-32C one bit at a time, straight from its definition: what the kernels are compared with.</summary>
internal static class BitwiseCrc32C
{
    public static uint Update(uint register, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            register ^= value;
            for (int bit = 0; bit < 8; bit++) register = (register >> 1) ^ ((register & 1) * 0x82F6_3B78u);
        }

        return register;
    }
}
