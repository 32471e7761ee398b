using System.Security.Cryptography;
using LogStore.Cli.Producing;

namespace LogStore.Cli.Demo;

/// <summary>The text that goes in: a file, of which each line becomes a record.</summary>
/// <param name="path">The file.</param>
internal sealed class DemoText(string path)
{
    private const int PieceBytes = 1 << 16;

    public string Path => path;

    /// <summary>How many lines there are; what stands behind the last newline is one, too.</summary>
    public long Lines { get; private set; }

    /// <summary>The file's size in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the last line ends as the others do.</summary>
    public bool EndsWithNewline { get; private set; }

    /// <summary>The file's SHA-256, in hexadecimal digits.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Goes through the file once.</summary>
    /// <exception cref="UserErrorException">There is nothing in it.</exception>
    public static async Task<DemoText> ReadAsync(string path, CancellationToken cancellationToken)
    {
        DemoText text = new(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte last = 0;
        await foreach (ReadOnlyMemory<byte> piece in text.PiecesAsync(cancellationToken))
        {
            hash.AppendData(piece.Span);
            text.Bytes += piece.Length;
            text.Lines += piece.Span.Count((byte)'\n');
            last = piece.Span[^1];
        }

        if (text.Bytes == 0) throw new UserErrorException($"'{path}' is empty", ExitCode.Usage);
        text.EndsWithNewline = last == '\n';
        if (!text.EndsWithNewline) text.Lines++;
        text.Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return text;
    }

    /// <summary>The lines without their newlines; each is valid until the next.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LineSplitter splitter = new();
        await foreach (ReadOnlyMemory<byte> piece in PiecesAsync(cancellationToken))
        {
            splitter.Feed(piece);
            while (splitter.TryPeek(out ReadOnlyMemory<byte> line))
            {
                yield return line;
                splitter.Advance();
            }
        }

        if (!EndsWithNewline) yield return splitter.Remainder;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using FileStream file =
            new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        byte[] buffer = new byte[PieceBytes];
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var count) yield return buffer.AsMemory(0, count);
    }
}
