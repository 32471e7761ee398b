namespace LogStore.Cli.Producing;

/// <summary>Cuts bytes that arrive in pieces of any size into lines, without copying those that lie within one piece.</summary>
/// <remarks>
/// Bytes, not text: only the newline (0x0A) means anything, so that every input comes out as it went in.
/// </remarks>
internal sealed class LineSplitter
{
    private const byte Newline = (byte)'\n';

    private ReadOnlyMemory<byte> _piece;
    private byte[] _carried = new byte[4096];
    private int _carriedCount;
    private int _lineLength = -1;
    private int _next;

    /// <summary>How many lines have been stepped over.</summary>
    public long LinesTaken { get; private set; }

    /// <summary>The bytes of a line whose end has not come yet.</summary>
    public int PendingBytes => _carriedCount;

    /// <summary>Gives it the next piece, after all lines of the last one have been taken.</summary>
    public void Feed(ReadOnlyMemory<byte> piece)
    {
        _piece = piece;
        _next = 0;
    }

    /// <summary>
    /// The next complete line, without its newline: the same one until <see cref="Advance"/>. False: it needs another piece,
    /// and has copied what is left of this one.
    /// </summary>
    public bool TryPeek(out ReadOnlyMemory<byte> line)
    {
        if (_lineLength < 0)
        {
            ReadOnlySpan<byte> rest = _piece.Span[_next..];
            _lineLength = rest.IndexOf(Newline);
            if (_lineLength < 0)
            {
                Carry(rest);
                _piece = default;
                _next = 0;
                line = default;
                return false;
            }

            if (_carriedCount > 0) Carry(rest[.._lineLength]);
        }

        line = _carriedCount > 0 ? _carried.AsMemory(0, _carriedCount) : _piece.Slice(_next, _lineLength);
        return true;
    }

    /// <summary>Steps over the line that was peeked at.</summary>
    public void Advance()
    {
        _next += _lineLength + 1;
        _lineLength = -1;
        _carriedCount = 0;
        LinesTaken++;
    }

    /// <summary>What stands behind the last newline, at the end of the input.</summary>
    public ReadOnlyMemory<byte> Remainder => _carried.AsMemory(0, _carriedCount);

    private void Carry(ReadOnlySpan<byte> bytes)
    {
        int needed = _carriedCount + bytes.Length;
        if (needed > _carried.Length) Array.Resize(ref _carried, Math.Max(needed, _carried.Length * 2));
        bytes.CopyTo(_carried.AsSpan(_carriedCount));
        _carriedCount = needed;
    }
}
