using LogStore.Records;
using LogStore.Records.Codecs;
using Xunit;

namespace LogStore.Tests.Records;

public sealed class CodecLibraryTest
{
    [Fact]
    public void AnAbsentLibraryIsATypedErrorThatSaysWhatToInstall()
    {
        var absent = new SystemLibrary(CompressionType.Zstd, "libabsent.so.9", "libabsent9");

        var error = Assert.Throws<CompressionNotSupportedException>(absent.Require);
        Assert.False(error.IsTransient);
        Assert.Equal(CompressionType.Zstd, error.Compression);
        Assert.Equal(("libabsent.so.9", "libabsent9"), (error.Library, error.Package));
        foreach (string part in (string[])["Zstd", "libabsent.so.9", "apt-get install libabsent9"])
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SnappyStreamsMayFollowOneAnother()
    {
        TestCodec.SkipUnlessInstalled(CompressionType.Snappy);
        ForgedBatch batch = ForgedBatch.From(GoldenBatches.Parse(GoldenBatches.SnappyStream));
        byte[] first = [12, 0, 0, 0, 1, 1, 0], second = [12, 0, 0, 2, 1, 1, 0];
        byte[] stream = [.. Stream(first), .. Stream(second)];

        Assert.Equal(
            [RecordText.Of(0, GoldenBatches.Time, null, null), RecordText.Of(1, GoldenBatches.Time, null, null)],
            RecordText.Of((batch with { Records = stream, RecordCount = 2 }).ToBatch()));

        byte[] Stream(byte[] record)
        {
            byte[] block = TestCodec.Compress(CompressionType.Snappy, record);
            return [.. batch.Records[..16], 0, 0, 0, (byte)block.Length, .. block];
        }
    }

    [Fact]
    public void GzipLargerThanItsInputIsReadBack()
    {
        byte[] noise = new byte[100_000];
        SeededRandom.Create().NextBytes(noise);
        using var builder = new RecordBatchBuilder(new() { Compression = CompressionType.Gzip });
        builder.TryAppend(1, NullableBytes.Null, noise);

        Assert.True(builder.Build().SizeInBytes > builder.SizeInBytes);
        Assert.Equal([RecordText.Of(0, 1, null, noise)], RecordText.Of(builder.Build()));
    }
}
