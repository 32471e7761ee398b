namespace LogStore.KafkaProtocol.Wire;

/// <summary>
/// What a reader accepts at most. Lengths need no limit of their own, since none may exceed the bytes that are left of
/// the frame; nor does depth, since no message contains itself.
/// </summary>
public static class WireLimits
{
    /// <summary>The longest string in bytes of UTF-8, which a 16-bit length can just express.</summary>
    public const int MaxStringBytes = short.MaxValue;

    /// <summary>What a UUID takes in bytes.</summary>
    public const int UuidBytes = 16;

    /// <summary>
    /// The most array elements in one message, strings and structures counted together, unless the reader is told
    /// otherwise. An element takes up to eleven times its bytes on the wire once it is an object, so this bounds what a
    /// frame of the greatest size can cost. Enough for the metadata of some 900,000 partitions.
    /// </summary>
    public const int DefaultMaxElements = 1_000_000;
}
