using LogStore.Cli.Producing;

namespace LogStore.Cli.Tests;

/// <summary>Lines come out the same however the input is cut into pieces.</summary>
public sealed class LineSplitterTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("a\nbb\n\nccc")]
    [InlineData("\n\n\r\n\0")]
    public void EveryWayToCutTheInputGivesTheSameLines(string text)
    {
        byte[] input = System.Text.Encoding.UTF8.GetBytes(text);
        for (int first = 0; first <= input.Length; first++)
        {
            for (int second = first; second <= input.Length; second++)
                Assert.Equal(text, Join(input.AsMemory(0, first), input.AsMemory(first..second), input.AsMemory(second)));
        }
    }

    [Fact]
    public void ALineStaysTheSameUntilItIsSteppedOver()
    {
        LineSplitter lines = new();
        lines.Feed("on"u8.ToArray());
        Assert.False(lines.TryPeek(out _));
        lines.Feed("e\ntwo\n"u8.ToArray());
        for (int look = 0; look < 3; look++)
        {
            Assert.True(lines.TryPeek(out ReadOnlyMemory<byte> line));
            Assert.Equal("one"u8, line.Span);
        }

        lines.Advance();
        Assert.True(lines.TryPeek(out ReadOnlyMemory<byte> next));
        Assert.Equal("two"u8, next.Span);
        Assert.Equal(1, lines.LinesTaken);
    }

    private static string Join(params ReadOnlyMemory<byte>[] pieces)
    {
        LineSplitter lines = new();
        List<byte> joined = [];
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            lines.Feed(piece);
            while (lines.TryPeek(out ReadOnlyMemory<byte> line))
            {
                joined.AddRange(line.Span);
                joined.Add((byte)'\n');
                lines.Advance();
            }
        }

        joined.AddRange(lines.Remainder.Span);
        return System.Text.Encoding.UTF8.GetString([.. joined]);
    }
}
