using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace LogStore.Checksums;

/// <summary>All kernels, and the choice of one.</summary>
internal static class Crc32CKernels
{
    /// <summary>The environment variable that names the kernel to use.</summary>
    public const string Variable = "LOGSTORE_CRC32C";

    /// <summary>The name of the choice that is left to the CPU.</summary>
    public const string Auto = "auto";

    /// <summary>Every kernel, supported here or not, the best first. The last one runs anywhere.</summary>
    /// <remarks>
    /// Folding 128-bit vectors comes after the interleaved instruction, so it is never chosen: on an AMD Zen 4 it
    /// reaches 0.6 of its speed at 1 MiB. It is here because the wider kernels are made of it, and a CPU without their
    /// instructions can still test it.
    /// </remarks>
    public static IReadOnlyList<Crc32CKernel> All { get; } =
    [
        new FoldingKernel<Vector512<ulong>, FoldingVector512>(),
        new FoldingKernel<Vector256<ulong>, FoldingVector256>(),
        new InterleavedKernel("sse42", Sse42.X64.IsSupported),
        new FoldingKernel<Vector128<ulong>, FoldingVector128>(),
        new InterleavedKernel("arm64", Crc32.Arm64.IsSupported),
        new ScalarKernel(),
    ];

    /// <summary>
    /// The kernel that <paramref name="choice"/> names, in any letter case; the best supported one if it is empty or
    /// "auto".
    /// </summary>
    /// <returns>
    /// A supported kernel, or for a choice that cannot be honoured one that refuses every call and says why.
    /// </returns>
    public static Crc32CKernel Select(string? choice)
    {
        if (string.IsNullOrEmpty(choice) || Is(choice, Auto)) return All.First(kernel => kernel.IsSupported);

        Crc32CKernel? named = All.FirstOrDefault(kernel => Is(choice, kernel.Name));
        if (named is { IsSupported: true }) return named;

        string problem = named is null
            ? "there is no such CRC-32C kernel"
            : "this CPU or runtime lacks the instructions for it";
        string supported = string.Join(", ", All.Where(kernel => kernel.IsSupported).Select(kernel => kernel.Name));
        return new RefusingKernel(
            $"{Variable} is '{choice}', but {problem}. Unset it, or set it to one of: {Auto}, {supported}.");
    }

    private static bool Is(string choice, string name) => choice.Equals(name, StringComparison.OrdinalIgnoreCase);
}
