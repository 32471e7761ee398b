namespace LogStore.KafkaProtocol.Wire;

/// <summary>
/// The least number of bytes that a <typeparamref name="T"/> can have on the wire, worked out from its own description:
/// what a reader holds an array's length against before it allocates the array.
/// </summary>
internal static class MinimumSize<T> where T : struct, IWireMessage
{
    // Indexed by twice the version plus one if flexible; 0 until it is known. Racing threads write the same number.
    private static readonly int[] Known = new int[2 * VersionsKept];

    private const int VersionsKept = 32;

    public static int Of(short version, bool flexible)
    {
        int index = (2 * version) + (flexible ? 1 : 0);
        if ((uint)index >= (uint)Known.Length) return Measure(version, flexible);
        int size = Known[index];
        return size > 0 ? size : Known[index] = Measure(version, flexible);
    }

    private static int Measure(short version, bool flexible)
    {
        var sizer = new MinimumSizer(flexible);
        T item = new();
        item.Visit(ref sizer, version);
        return Math.Max(1, sizer.Size + (flexible ? 1 : 0));
    }
}
