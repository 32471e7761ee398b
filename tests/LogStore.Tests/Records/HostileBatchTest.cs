using LogStore.Records;
using Xunit;

namespace LogStore.Tests.Records;

/// <summary>Batches with a right checksum and wrong records, as only a hostile or broken producer sends them.</summary>
public sealed class HostileBatchTest
{
    /// <summary>Length, attributes, timestamp, offset, key, value, header count; zig-zag, so 0c is 6.</summary>
    [Theory]
    [InlineData("0e000000000000", "its length is out of range", 1)] // 7 bytes long, 6 are there
    [InlineData("feffffff0f0000000000", "its length is out of range", 1)] // int.MaxValue
    [InlineData("01000000000000", "its length is out of range", 1)] // -1
    [InlineData("0a000000000000", "its length is out of range", 1)] // less than a record can have
    [InlineData("80808080808000", "its length is missing or malformed", 1)] // overlong
    [InlineData("ffffffffffffff", "its length is missing or malformed", 1)] // no end
    [InlineData("1a0080808080808080808080000000", "its timestamp is malformed", 1)] // overlong
    [InlineData("12000080808080800001010000", "its offset is malformed", 1)] // overlong
    [InlineData("0c000001010100", "its offset is out of order", 1)] // -1
    [InlineData("0c000002010100", "its offset is out of order", 1)] // beyond the last
    [InlineData("0c0000000101000c000000010100", "its offset is out of order", 2)] // the same twice
    [InlineData("0c000000030100", "key or value", 1)] // key of -2
    [InlineData("0c000000010300", "key or value", 1)] // value of -2
    [InlineData("0c000000060100", "key or value", 1)] // key past the record
    [InlineData("0c000000010400", "key or value", 1)] // value past the record
    [InlineData("140000008080808010010000", "key or value", 1)] // key of 33 bits
    [InlineData("0c000000010101", "its headers do not fill it", 1)] // -1 headers
    [InlineData("0c000000010102", "its headers do not fill it", 1)] // one header, no bytes for it
    [InlineData("0e00000001010000", "its headers do not fill it", 1)] // no headers, a byte is left
    [InlineData("14000000010 1feffffff0f00", "its headers do not fill it", 1)] // int.MaxValue headers
    [InlineData("100000000101020101", "a header has no key", 1)]
    [InlineData("100000000101020301", "a header's length is wrong", 1)] // key of -2
    [InlineData("100000000101020601", "a header's length is wrong", 1)] // key past the record
    [InlineData("100000000101020003", "a header's length is wrong", 1)] // value of -2
    [InlineData("100000000101020002", "a header's length is wrong", 1)] // value past the record
    [InlineData("12000000010102000100", "bytes follow its headers", 1)]
    [InlineData("0c000000010100ff", "more bytes follow", 1)]
    [InlineData("0c0000000101000c000002010100", "more bytes follow", 1)] // one counted, two there
    [InlineData("28000000011c000000000000000000000000000000", "its length is missing", 2)] // two counted, one there
    public void ABrokenRecordIsATypedError(string records, string expected, int count)
    {
        byte[] bytes = Convert.FromHexString(records.Replace(" ", "", StringComparison.Ordinal));
        var forged = new ForgedBatch { Records = bytes, RecordCount = count };

        foreach (RecordBatch batch in (RecordBatch[])[forged.ToBatch(), Compressed(forged)])
        {
            var error = Assert.Throws<InvalidRecordBatchException>(() => batch.ValidateRecords());
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.Throws<InvalidRecordBatchException>(() => RecordText.Of(batch));
        }

        static RecordBatch Compressed(ForgedBatch forged) => (forged with
        {
            Compression = CompressionType.Gzip,
            Records = TestCodec.Compress(CompressionType.Gzip, forged.Records),
        }).ToBatch();
    }

    [Fact]
    public void ACountThatOnlyDecompressionBeliesIsATypedError()
    {
        ForgedBatch gzip = ForgedBatch.From(GoldenBatches.Parse(GoldenBatches.Gzip));
        foreach (int count in (int[])[0, 2, 4, int.MaxValue])
        {
            RecordBatch batch = (gzip with { RecordCount = count, LastOffsetDelta = int.MaxValue }).ToBatch();
            Assert.Throws<InvalidRecordBatchException>(() => batch.ValidateRecords());
        }
    }

    [Theory]
    [MemberData(nameof(TestCodec.All), MemberType = typeof(TestCodec))]
    public void ADecompressionBombEndsAtTheBoundAndNotOneByteBefore(CompressionType compression)
    {
        TestCodec.SkipUnlessInstalled(compression);
        using var builder = new RecordBatchBuilder();
        builder.TryAppend(GoldenBatches.Time, NullableBytes.Null, new byte[1_000_000]);
        ForgedBatch plain = ForgedBatch.From(builder.Build()) with { Compression = compression };
        RecordBatch bomb = (plain with { Records = TestCodec.Compress(compression, plain.Records) }).ToBatch();
        Assert.InRange(bomb.SizeInBytes, 0, 100_000);

        bomb.ValidateRecords(plain.Records.Length);
        foreach (int bound in (int[])[plain.Records.Length - 1, 100, 1, 0])
        {
            var error = Assert.Throws<InvalidRecordBatchException>(() => bomb.ValidateRecords(bound));
            Assert.Contains($"more than the {bound} bytes", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ADecompressionBombIsBoundWithoutAsking()
    {
        byte[] zeros = new byte[RecordBatch.DefaultMaxDecompressedBytes + 1];
        RecordBatch bomb = new ForgedBatch
        {
            Compression = CompressionType.Gzip,
            Records = TestCodec.Compress(CompressionType.Gzip, zeros),
        }.ToBatch();
        var error = Assert.Throws<InvalidRecordBatchException>(() => RecordText.Of(bomb));
        Assert.Contains("more than the 67108864 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionType.Snappy, "ffffffff0f00")] // 4 GiB - 1 of raw snappy
    [InlineData(CompressionType.Zstd, "28b52ffde0ffffffffffffff7f010000")] // 2^63 - 1 bytes of zstd
    public void AClaimedSizeIsNotAllocatedBeforeItIsChecked(CompressionType compression, string records)
    {
        TestCodec.SkipUnlessInstalled(compression);
        byte[] claim = Convert.FromHexString(records);
        RecordBatch bomb = new ForgedBatch { Compression = compression, Records = claim }.ToBatch();
        long allocated = Allocations.OnThisThread(
            () => Assert.Throws<InvalidRecordBatchException>(() => bomb.ValidateRecords(int.MaxValue - 100)));
        Assert.InRange(allocated, 0, 1 << 20);
    }

    [Theory]
    [MemberData(nameof(TestCodec.All), MemberType = typeof(TestCodec))]
    public void NoBytesAreNoCompressedRecords(CompressionType compression)
    {
        RecordBatch batch = new ForgedBatch { Compression = compression }.ToBatch();
        Assert.Throws<InvalidRecordBatchException>(() => batch.ValidateRecords());
    }

    /// <summary>Random damage under a right checksum: anything but records or the typed error fails.</summary>
    [Theory]
    [InlineData(GoldenBatches.Nulls)]
    [InlineData(GoldenBatches.Headers)]
    [InlineData(GoldenBatches.Gzip)]
    [InlineData(GoldenBatches.SnappyStream)]
    [InlineData(GoldenBatches.SnappyBlock)]
    [InlineData(GoldenBatches.Lz4)]
    [InlineData(GoldenBatches.Zstd)]
    [InlineData(GoldenBatches.ZstdWithoutContentSize)]
    public void DamageUnderARightChecksumIsReadOrATypedError(string hex)
    {
        TestCodec.SkipUnlessInstalled(GoldenBatches.Parse(hex).Compression);
        Random random = SeededRandom.Create();
        int broken = 0;
        for (int round = 0; round < 5000; round++)
        {
            byte[] bytes = GoldenBatches.Bytes(hex);
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(RecordBatchLayout.Attributes, bytes.Length)] ^= (byte)random.Next(1, 256);
            RecordBatchHeader.WriteChecksum(bytes);
            try
            {
                RecordBatch batch = RecordBatch.Parse(bytes);
                batch.ValidateRecords(1 << 20);
                RecordText.Of(batch);
            }
            catch (InvalidRecordBatchException)
            {
                broken++;
            }
        }

        Assert.InRange(broken, 1, 4999);
    }

    /// <summary>Cut at every byte. After all records, gzip has an end mark, a checksum and a length.</summary>
    [Theory]
    [InlineData(GoldenBatches.Gzip, 10)]
    [InlineData(GoldenBatches.SnappyStream, 0)]
    [InlineData(GoldenBatches.SnappyBlock, 0)]
    [InlineData(GoldenBatches.Lz4, 0)]
    [InlineData(GoldenBatches.Zstd, 0)]
    public void ACompressedBlockCutShortIsATypedError(string hex, int bytesAfterTheRecords)
    {
        ForgedBatch whole = ForgedBatch.From(GoldenBatches.Parse(hex));
        TestCodec.SkipUnlessInstalled(whole.Compression);
        for (int length = 0; length < whole.Records.Length - bytesAfterTheRecords; length++)
        {
            RecordBatch cut = (whole with { Records = whole.Records[..length] }).ToBatch();
            Assert.Throws<InvalidRecordBatchException>(() => cut.ValidateRecords());
        }
    }
}
