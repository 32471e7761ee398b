namespace LogStore.Tests.Records;

/// <summary>Random keys and values.</summary>
internal static class RandomBytes
{
    /// <summary>Null, empty or random bytes, mostly short.</summary>
    public static byte[]? NextBytesOrNull(this Random random, int maxLength)
    {
        int kind = random.Next(10);
        if (kind == 0) return null;
        byte[] bytes = new byte[kind == 1 ? 0 : random.Next(kind == 2 ? maxLength : Math.Min(maxLength, 40)) + 1];
        random.NextBytes(bytes);

        // Half of them compress well.
        if (random.Next(2) == 0) bytes.AsSpan().Fill((byte)'x');
        return bytes;
    }
}
