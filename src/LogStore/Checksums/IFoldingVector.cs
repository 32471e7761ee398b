using System.Runtime.Intrinsics;

namespace LogStore.Checksums;

/// <summary>What <see cref="FoldingKernel{TVector, TOperations}"/> needs of a vector, whatever its width.</summary>
/// <typeparam name="TVector">
/// A vector of 128-bit lanes, each a polynomial of degree below 128 (see <see cref="FoldingConstants"/>).
/// </typeparam>
internal interface IFoldingVector<TVector>
    where TVector : struct
{
    /// <summary>The name of the kernel that folds such vectors.</summary>
    public static abstract string KernelName { get; }

    /// <summary>Whether each operation here is an instruction of this CPU.</summary>
    public static abstract bool IsSupported { get; }

    /// <summary>
    /// The vector whose first byte is <paramref name="offset"/> bytes after <paramref name="first"/>.
    /// </summary>
    public static abstract TVector Load(ref byte first, nuint offset);

    /// <summary>The vector that has <paramref name="lane"/> in every lane.</summary>
    public static abstract TVector Broadcast(Vector128<ulong> lane);

    /// <summary>Adds a checksum register to the first four bytes of <paramref name="vector"/>.</summary>
    public static abstract TVector AddRegister(TVector vector, uint register);

    /// <summary>
    /// Lane by lane, <paramref name="vector"/> moved by <paramref name="multiplier"/>, plus <paramref name="addend"/>.
    /// </summary>
    public static abstract TVector MoveAndAdd(TVector vector, TVector multiplier, TVector addend);

    /// <summary>Moves every lane of <paramref name="vector"/> onto its last lane, and adds them up there.</summary>
    public static abstract Vector128<ulong> FoldLanes(TVector vector);
}
