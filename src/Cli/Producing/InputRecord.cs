using System.Runtime.InteropServices;
using LogStore.Records;

namespace LogStore.Cli.Producing;

/// <summary>A line of the input, as the record that it becomes.</summary>
/// <remarks>Its memory is the input's: valid until the sink has taken it.</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly struct InputRecord
{
    /// <summary>The number of the line, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>The bytes of the line, its newline included where it has one.</summary>
    public required int InputBytes { get; init; }

    /// <summary>When it was read, in milliseconds since 1970.</summary>
    public required long TimestampMs { get; init; }

    /// <summary>The key; null for none.</summary>
    public required ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The value.</summary>
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The headers, the mark of an unterminated line among them.</summary>
    public required RecordHeader[] Headers { get; init; }

    /// <summary>Whether the line is the last one and has no newline.</summary>
    public required bool IsUnterminated { get; init; }
}
