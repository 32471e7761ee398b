using LogStore.Records;
using Xunit;

namespace LogStore.Tests.Records;

public sealed class VarintTest
{
    /// <summary>Values and bytes from the table of protobuf's documentation, and both ends of the range.</summary>
    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(-2, "03")]
    [InlineData(63, "7e")]
    [InlineData(-64, "7f")]
    [InlineData(64, "8001")]
    [InlineData(-65, "8101")]
    [InlineData(8191, "fe7f")]
    [InlineData(8192, "808001")]
    [InlineData(int.MaxValue, "feffffff0f")]
    [InlineData(int.MinValue, "ffffffff0f")]
    public void AnInt32HasItsBytes(int value, string hex)
    {
        byte[] bytes = new byte[Varint.MaxBytes32];
        int end = 0, start = 0;
        Varint.Write(bytes, ref end, value);

        Assert.Equal(hex, Convert.ToHexStringLower(bytes.AsSpan(0, end)));
        Assert.Equal(end, Varint.SizeOf(value));
        Assert.True(Varint.TryRead(bytes.AsSpan(0, end), ref start, out int read));
        Assert.Equal((value, end), (read, start));
    }

    [Fact]
    public void EveryWidthOfInt64RoundTripsAndHasItsSize()
    {
        byte[] bytes = new byte[Varint.MaxBytes64];
        for (int bit = 0; bit < 64; bit++)
        {
            foreach (long value in (long[])[1L << bit, (1L << bit) - 1, -(1L << bit), ~(1L << bit) + 2])
            {
                int end = 0, start = 0;
                Varint.Write(bytes, ref end, value);
                Assert.Equal(end, Varint.SizeOf(value));
                Assert.True(Varint.TryRead(bytes.AsSpan(0, end), ref start, out long read));
                Assert.Equal((value, end), (read, start));
                for (int cut = 0; cut < end; cut++) Assert.False(Reads64(bytes[..cut]));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("ffffffff")]
    [InlineData("ffffffff10")] // a 33rd bit
    [InlineData("ffffffff7f")]
    [InlineData("8080808000", true)] // longer than needed, within five bytes
    [InlineData("808080808000")] // a sixth byte
    public void AnInt32OfMoreThanFiveBytesOr32BitsIsRefused(string hex, bool taken = false)
    {
        int position = 0;
        Assert.Equal(taken, Varint.TryRead(Convert.FromHexString(hex), ref position, out int _));
    }

    [Theory]
    [InlineData("ffffffffffffffffff01", true)]
    [InlineData("ffffffffffffffffff02")] // a 65th bit
    [InlineData("80808080808080808000", true)] // longer than needed, within ten bytes
    [InlineData("8080808080808080808000")] // an eleventh byte
    public void AnInt64OfMoreThanTenBytesOr64BitsIsRefused(string hex, bool taken = false) =>
        Assert.Equal(taken, Reads64(Convert.FromHexString(hex)));

    private static bool Reads64(byte[] bytes)
    {
        int position = 0;
        return Varint.TryRead(bytes, ref position, out long _);
    }
}
