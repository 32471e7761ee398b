using System.Buffers.Text;
using System.Text.Json;

namespace LogStore.Sinks.Sqlite.Mapping;

/// <summary>What SQLite stores.</summary>
internal enum ValueKind
{
    Missing,
    Null,
    Integer,
    Real,
    Text,
    Blob,
}

/// <summary>A value on its way from a record to a parameter. Reused from record to record; not thread-safe.</summary>
internal sealed class BoundValue
{
    private byte[] _bytes = new byte[64];
    private int _length;

    public ValueKind Kind { get; private set; }

    public long Integer { get; private set; }

    public double Real { get; private set; }

    /// <summary>The UTF-8 or the bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Clear() => Kind = ValueKind.Missing;

    public void SetNull() => Kind = ValueKind.Null;

    public void SetInteger(long value) => (Kind, Integer) = (ValueKind.Integer, value);

    public void SetText(ReadOnlySpan<byte> utf8)
    {
        Kind = ValueKind.Text;
        utf8.CopyTo(Room(utf8.Length));
        _length = utf8.Length;
    }

    /// <summary>Text where the bytes are UTF-8, else a blob.</summary>
    public void SetBytes(NullableBytes bytes)
    {
        if (bytes.IsNull)
        {
            SetNull();
            return;
        }

        SetText(bytes.Span);
        if (!System.Text.Unicode.Utf8.IsValid(bytes.Span)) Kind = ValueKind.Blob;
    }

    /// <summary>Takes a scalar that a reader is at.</summary>
    /// <exception cref="JsonException">It is a number that no column can hold.</exception>
    public void Set(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                Span<byte> room = Room(reader.ValueSpan.Length); // Escapes only make it shorter.
                _length = reader.CopyString(room);
                Kind = ValueKind.Text;
                break;
            case JsonTokenType.Number:
                SetNumber(reader.ValueSpan);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                SetInteger(reader.TokenType == JsonTokenType.True ? 1 : 0);
                break;
            default:
                SetNull();
                break;
        }
    }

    /// <summary>As text, for where a key of a dictionary is needed.</summary>
    public string AsText() => Kind switch
    {
        ValueKind.Integer => Integer.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ValueKind.Real => Real.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        ValueKind.Text => System.Text.Encoding.UTF8.GetString(Bytes),
        ValueKind.Blob => Convert.ToHexString(Bytes),
        _ => "",
    };

    private void SetNumber(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out long integer, out int used) && used == text.Length)
        {
            SetInteger(integer);
            return;
        }

        // An integer beyond 64 bits would lose digits as a floating-point number, in silence.
        if (text.IndexOfAny("."u8) < 0 && text.IndexOfAny("eE"u8) < 0)
            throw new JsonException("a number does not fit 64 bits");
        if (!Utf8Parser.TryParse(text, out double real, out used) || used != text.Length || !double.IsFinite(real))
            throw new JsonException("a number is out of range");
        (Kind, Real) = (ValueKind.Real, real);
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length < length) _bytes = new byte[Math.Max(length, 2 * _bytes.Length)];
        return _bytes;
    }
}
