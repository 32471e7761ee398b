namespace LogStore.Checksums;

/// <summary>
/// Stands in for a kernel that was asked for and cannot run: every call fails with the same explanation.
/// </summary>
/// <remarks>
/// Failing while the kernel is chosen would show as a TypeInitializationException, which hides the explanation.
/// </remarks>
internal sealed class RefusingKernel(string explanation) : Crc32CKernel
{
    public override string Name => "refusing";

    public override bool IsSupported => false;

    public override uint Update(uint register, ReadOnlySpan<byte> bytes) =>
        throw new InvalidOperationException(explanation);
}
