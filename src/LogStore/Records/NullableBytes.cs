namespace LogStore.Records;

/// <summary>Bytes that may be null, which keys, values and header values tell apart from empty ones.</summary>
/// <remarks>A view: valid as long as the memory it was made from.</remarks>
public readonly ref struct NullableBytes
{
    private readonly bool _hasValue;

    /// <summary>Bytes that are not null.</summary>
    /// <param name="span">The bytes, perhaps none.</param>
    public NullableBytes(ReadOnlySpan<byte> span)
    {
        Span = span;
        _hasValue = true;
    }

    /// <summary>Null, which is also the default.</summary>
    public static NullableBytes Null => default;

    /// <summary>Whether there are no bytes, not even an empty run of them.</summary>
    public bool IsNull => !_hasValue;

    /// <summary>The bytes; empty for null.</summary>
    public ReadOnlySpan<byte> Span { get; }

    /// <summary>The number of bytes; 0 for null.</summary>
    public int Length => Span.Length;

    /// <summary>The bytes in an array of their own, or null.</summary>
    public byte[]? ToArray() => IsNull ? null : Span.ToArray();

    /// <summary>Bytes that are not null.</summary>
    public static implicit operator NullableBytes(ReadOnlySpan<byte> span) => new(span);

    /// <summary>Bytes that are not null.</summary>
    public static implicit operator NullableBytes(Span<byte> span) => new(span);

    /// <summary>The array's bytes; null for null.</summary>
    public static implicit operator NullableBytes(byte[]? array) => array is null ? Null : new(array);

    /// <summary>The memory's bytes; null for null.</summary>
    public static implicit operator NullableBytes(ReadOnlyMemory<byte>? memory) =>
        memory is { } bytes ? new(bytes.Span) : Null;

    /// <summary>The bytes; empty for null.</summary>
    public static implicit operator ReadOnlySpan<byte>(NullableBytes bytes) => bytes.Span;
}
