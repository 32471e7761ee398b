namespace LogStore.Checksums;

/// <summary>
/// One way to compute CRC-32C. All kernels give the same result; they differ in what they ask of the CPU.
/// </summary>
/// <remarks>Thread-safe: a kernel has no state but its constants.</remarks>
internal abstract class Crc32CKernel
{
    /// <summary>What selects this kernel in the environment variable <see cref="Crc32CKernels.Variable"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether this CPU and runtime can run it. <see cref="Update"/> may only be called if so.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>The checksum register after <paramref name="bytes"/>.</summary>
    /// <param name="register">The register before: the complement of a finished checksum.</param>
    /// <param name="bytes">Any number of bytes at any alignment.</param>
    public abstract uint Update(uint register, ReadOnlySpan<byte> bytes);
}
