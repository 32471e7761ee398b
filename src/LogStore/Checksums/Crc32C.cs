namespace LogStore.Checksums;

/// <summary>CRC-32C (Castagnoli), the checksum of record batches. Source: RFC 3720, appendix B.4.</summary>
/// <remarks>
/// Thread-safe: it has no state. The fastest way this CPU offers is chosen at the first call; the environment variable
/// LOGSTORE_CRC32C can name another one (vpclmulqdq512, vpclmulqdq256, sse42, pclmulqdq, arm64 or scalar). With a name
/// that is unknown, or not supported by this CPU, every call throws an <see cref="InvalidOperationException"/> that
/// lists those that are.
/// </remarks>
public static class Crc32C
{
    /// <summary>
    /// Never changes after the first call, so compiled code calls the kernel directly and not through its class.
    /// </summary>
    private static readonly Crc32CKernel Kernel =
        Crc32CKernels.Select(Environment.GetEnvironmentVariable(Crc32CKernels.Variable));

    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>
    /// The checksum of what <paramref name="checksum"/> covers, followed by <paramref name="bytes"/>.
    /// </summary>
    /// <param name="checksum">A finished checksum; 0 for nothing.</param>
    /// <param name="bytes">The bytes that follow.</param>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes) => ~Kernel.Update(~checksum, bytes);
}
