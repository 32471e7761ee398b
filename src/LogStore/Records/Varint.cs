using System.Numerics;
using System.Runtime.CompilerServices;

namespace LogStore.Records;

/// <summary>
/// The variable-length integers of records: zig-zag, then seven bits a byte, least significant first, as protobuf's
/// sint32 and sint64. Source: Kafka's documentation, "Varint"; protobuf, "Encoding".
/// </summary>
/// <remarks>
/// A value may be written in more bytes than it needs, because writers exist that reserve a length and fill it in
/// later; more than five or ten bytes, or bits past the integer's width, are an error.
/// </remarks>
internal static class Varint
{
    public const int MaxBytes32 = 5;
    public const int MaxBytes64 = 10;

    /// <summary>The bytes that <paramref name="value"/> takes, 1 to 5.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeOf(int value) => SizeOfBits(BitOperations.Log2(ZigZag(value) | 1));

    /// <summary>The bytes that <paramref name="value"/> takes, 1 to 10.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeOf(long value) => SizeOfBits(BitOperations.Log2(ZigZag(value) | 1));

    /// <summary>Writes <paramref name="value"/> at <paramref name="position"/> and moves it past.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Span<byte> destination, ref int position, int value)
    {
        uint bits = ZigZag(value);
        if (bits < 0x80) destination[position++] = (byte)bits;
        else WriteLong(destination, ref position, bits);
    }

    /// <summary>Writes <paramref name="value"/> at <paramref name="position"/> and moves it past.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Span<byte> destination, ref int position, long value)
    {
        ulong bits = ZigZag(value);
        if (bits < 0x80) destination[position++] = (byte)bits;
        else WriteLong(destination, ref position, bits);
    }

    /// <summary>Reads an int32 at <paramref name="position"/> and moves it past.</summary>
    /// <returns>False where the bytes end within it, or it is too long or wide; its end is then unknown.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> source, ref int position, out int value)
    {
        if ((uint)position < (uint)source.Length && source[position] < 0x80)
        {
            value = (int)UnZigZag(source[position++]);
            return true;
        }

        bool read = TryReadLong(source, ref position, MaxBytes32, out ulong bits);
        value = (int)UnZigZag(bits);
        return read && bits <= uint.MaxValue;
    }

    /// <summary>Reads an int64 at <paramref name="position"/> and moves it past.</summary>
    /// <returns>False where the bytes end within it, or it is too long or wide; its end is then unknown.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> source, ref int position, out long value)
    {
        if ((uint)position < (uint)source.Length && source[position] < 0x80)
        {
            value = UnZigZag(source[position++]);
            return true;
        }

        bool read = TryReadLong(source, ref position, MaxBytes64, out ulong bits);
        value = UnZigZag(bits);
        return read;
    }

    private static void WriteLong(Span<byte> destination, ref int position, ulong bits)
    {
        int at = position;
        while (bits >= 0x80)
        {
            destination[at++] = (byte)(bits | 0x80);
            bits >>= 7;
        }

        destination[at++] = (byte)bits;
        position = at;
    }

    private static bool TryReadLong(ReadOnlySpan<byte> source, ref int position, int maxBytes, out ulong bits)
    {
        int at = position;
        int end = at + Math.Min(source.Length - at, maxBytes);
        bits = 0;
        for (int shift = 0; at < end; shift += 7)
        {
            byte next = source[at++];

            // The tenth byte holds the last of 64 bits; more would be lost in the shift.
            if (shift == 63 && next > 1) return false;
            bits |= (ulong)(next & 0x7F) << shift;
            if (next >= 0x80) continue;
            position = at;
            return true;
        }

        return false;
    }

    // Exact for 1 to 64 bits: ceil((log2 + 1) / 7) without a division.
    private static int SizeOfBits(int log2) => (log2 * 9 + 73) >> 6;

    private static uint ZigZag(int value) => (uint)((value << 1) ^ (value >> 31));

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static long UnZigZag(ulong bits) => (long)(bits >> 1) ^ -(long)(bits & 1);
}
