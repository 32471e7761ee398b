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
    public void Lz4BlocksDoNotDependOnEachOtherAsJavaClientsReadNoOthers()
    {
        TestCodec.SkipUnlessInstalled(CompressionType.Lz4);
        using var builder = new RecordBatchBuilder(new() { Compression = CompressionType.Lz4 });
        builder.TryAppend(1, NullableBytes.Null, new byte[500_000]); // More than one block.

        // LZ4 Frame Format 1.6: magic, then version 01, independent blocks, and neither checksums nor a size of the content.
        byte[] frame = builder.Build().Bytes[RecordBatchHeader.Size..].ToArray();
        Assert.Equal([0x04, 0x22, 0x4d, 0x18, 0b0110_0000], frame[..5]);
    }

    [Theory]
    [MemberData(nameof(TestCodec.All), MemberType = typeof(TestCodec))]
    public void WhatRepeatsItselfBecomesSmallAndWhatIsBuiltAgainIsTheSame(CompressionType compression)
    {
        TestCodec.SkipUnlessInstalled(compression);
        using var builder = new RecordBatchBuilder(new() { Compression = compression });
        builder.TryAppend(1, NullableBytes.Null, new byte[500_000]);

        byte[] first = builder.Build().Bytes.ToArray();
        Assert.InRange(first.Length, RecordBatchHeader.Size, 50_000);
        builder.Reopen();
        Assert.Equal(first, builder.Build().Bytes.ToArray());
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
