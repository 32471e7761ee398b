using LogStore.Records;
using Xunit;

namespace LogStore.Tests.Records;

public sealed class RecordBatchHeaderTest
{
    public static readonly TheoryData<string> SomeBatches =
    [
        GoldenBatches.Nulls, GoldenBatches.Transactional, GoldenBatches.Control, GoldenBatches.AppendTime,
        GoldenBatches.Zstd,
    ];

    /// <summary>
    /// Base offset (bytes 0 to 7) and leader epoch (12 to 15) are the leader's to stamp and lie outside the checksum: a
    /// flip there goes unseen, but for the base offset's sign. Every other single bit is noticed.
    /// </summary>
    [Theory]
    [MemberData(nameof(SomeBatches))]
    public void EverySingleBitFlipIsDetectedOrOutsideTheChecksumOnPurpose(string hex)
    {
        byte[] alone = GoldenBatches.Bytes(hex);
        byte[] followed = [.. alone, .. GoldenBatches.Bytes(GoldenBatches.Gzip), .. new byte[4096]];
        foreach (byte[] bytes in (byte[][])[alone, followed])
        {
            for (int bit = 0; bit < alone.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(0x80 >> (bit % 8));
                BatchStatus status = RecordBatchHeader.Validate(bytes, out _);
                bytes[bit / 8] ^= (byte)(0x80 >> (bit % 8));
                Assert.True(IsExpected(bit, status), $"bit {bit % 8} of byte {bit / 8}: {status}");
            }
        }

        static bool IsExpected(int bit, BatchStatus status) => (bit / 8) switch
        {
            0 when bit == 0 => status == BatchStatus.BadFields,
            < 8 => status == BatchStatus.Valid,
            < 12 => status is BatchStatus.Incomplete or BatchStatus.BadLength or BatchStatus.BadChecksum
                or BatchStatus.BadFields,
            < 16 => status == BatchStatus.Valid,
            16 => status == BatchStatus.BadMagic,
            < 21 => status == BatchStatus.BadChecksum,
            < 61 => status is BatchStatus.BadChecksum or BatchStatus.BadFields,
            _ => status == BatchStatus.BadChecksum,
        };
    }

    [Theory]
    [MemberData(nameof(SomeBatches))]
    public void EveryTruncationIsIncomplete(string hex)
    {
        byte[] bytes = GoldenBatches.Bytes(hex);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(BatchStatus.Incomplete, RecordBatchHeader.Validate(bytes.AsSpan(0, length), out _));
            Assert.False(RecordBatch.TryParse(bytes.AsMemory(0, length), out _));
        }
    }

    [Fact]
    public void TheHeaderAloneIsReadWithoutTheRecordsOrTheChecksum()
    {
        byte[] bytes = GoldenBatches.Bytes(GoldenBatches.AppendTime);
        bytes[RecordBatchLayout.Checksum] ^= 1;

        ReadOnlySpan<byte> alone = bytes.AsSpan(0, RecordBatchHeader.Size);
        Assert.Equal(BatchStatus.Valid, RecordBatchHeader.TryRead(alone, out RecordBatchHeader header));

        const long First = 1_000_000_007;
        Assert.Equal((First, First + 1, First + 2), (header.BaseOffset, header.LastOffset, header.NextOffset));
        Assert.Equal((79, 67, 2), (header.SizeInBytes, header.BatchLength, header.RecordCount));
    }

    [Fact]
    public void ABatchIsTakenFromTheFrontOfMoreBytes()
    {
        byte[] first = GoldenBatches.Bytes(GoldenBatches.Plain), second = GoldenBatches.Bytes(GoldenBatches.Headers);
        ReadOnlyMemory<byte> both = (byte[])[.. first, .. second];

        RecordBatch batch = RecordBatch.Parse(both);
        RecordBatch next = RecordBatch.Parse(both[batch.SizeInBytes..]);

        Assert.Equal(first, batch.Bytes.ToArray());
        Assert.Equal(second, next.Bytes.ToArray());
    }

    [Fact]
    public void StampingPlaceAndEpochKeepsTheChecksum()
    {
        byte[] bytes = GoldenBatches.Bytes(GoldenBatches.Gzip);
        RecordBatchHeader.Stamp(bytes, long.MaxValue - 10, leaderEpoch: 77);

        Assert.Equal(BatchStatus.Valid, RecordBatchHeader.Validate(bytes, out RecordBatchHeader header));
        Assert.Equal((long.MaxValue - 10, 77), (header.BaseOffset, header.LeaderEpoch));
    }

    [Fact]
    public void StampingTheAppendTimeOfACompressedBatchLeavesItsRecordsAlone()
    {
        byte[] bytes = GoldenBatches.Bytes(GoldenBatches.Gzip), before = [.. bytes];
        RecordBatchHeader.StampAppendTime(bytes, 42);

        RecordBatch batch = RecordBatch.Parse(bytes);
        Assert.Equal((42, TimestampType.LogAppendTime), (batch.MaxTimestamp, batch.TimestampType));
        Assert.Equal(CompressionType.Gzip, batch.Compression);
        Assert.Equal(before[RecordBatchHeader.Size..], bytes[RecordBatchHeader.Size..]);
        foreach (RecordView record in batch) Assert.Equal(42, record.Timestamp);
    }

    [Theory]
    [InlineData(0, 4, 4)]
    [InlineData(int.MaxValue - 4, 4, int.MaxValue)]
    [InlineData(int.MaxValue - 3, 4, 0)]
    [InlineData(int.MaxValue, 4, 3)]
    [InlineData(-1, 4, -1)]
    public void TheSequenceWrapsToZero(int baseSequence, int lastOffsetDelta, int lastSequence)
    {
        var header = new RecordBatchHeader
        {
            ProducerId = 1,
            BaseSequence = baseSequence,
            LastOffsetDelta = lastOffsetDelta,
        };
        Assert.Equal(lastSequence, header.LastSequence);
    }

    [Fact]
    public void FieldsThatContradictEachOtherAreRefused()
    {
        ForgedBatch good = ForgedBatch.From(GoldenBatches.Parse(GoldenBatches.Plain));
        Assert.Equal(BatchStatus.Valid, good.Validate());

        Assert.Equal(BatchStatus.BadLength, (good with { BatchLength = 48 }).Validate());
        Assert.Equal(BatchStatus.BadLength, (good with { BatchLength = -1 }).Validate());
        Assert.Equal(BatchStatus.BadLength, (good with { BatchLength = int.MaxValue - 11 }).Validate());
        Assert.Equal(BatchStatus.BadMagic, (good with { Magic = 1 }).Validate());
        AssertBadFields(good with { BaseOffset = -1 });
        AssertBadFields(good with { BaseOffset = long.MaxValue });
        AssertBadFields(good with { RecordCount = -1 });
        AssertBadFields(good with { RecordCount = int.MinValue });
        AssertBadFields(good with { RecordCount = 1, LastOffsetDelta = -1 });
        AssertBadFields(good with { RecordCount = 2, LastOffsetDelta = 0 });
        AssertBadFields(good with { RecordCount = int.MaxValue, LastOffsetDelta = int.MaxValue });
        AssertBadFields(good with { Attributes = 5 });
        AssertBadFields(good with { Attributes = 7 });
        AssertBadFields(good with { ProducerId = -2 });
        AssertBadFields(good with { Attributes = RecordBatchLayout.TransactionalBit });

        ForgedBatch produced = good with { ProducerId = 1, ProducerEpoch = 0, BaseSequence = 0 };
        Assert.Equal(BatchStatus.Valid, produced.Validate());
        AssertBadFields(produced with { ProducerEpoch = -1 });
        AssertBadFields(produced with { BaseSequence = -1 });
        AssertBadFields(produced with { BaseSequence = -2, Attributes = RecordBatchLayout.ControlBit });

        static void AssertBadFields(ForgedBatch forged) => Assert.Equal(BatchStatus.BadFields, forged.Validate());
    }

    [Fact]
    public void FieldsThatOccurInRealLogsAreTaken()
    {
        ForgedBatch good = ForgedBatch.From(GoldenBatches.Parse(GoldenBatches.Plain));

        // Compaction removes records and keeps the last offset, down to an empty batch that keeps the producer's state.
        ForgedBatch produced = good with { ProducerId = 1, ProducerEpoch = 0, BaseSequence = 5 };
        AssertValid(produced with { LastOffsetDelta = 9 });
        AssertValid(produced with { Records = [], RecordCount = 0, LastOffsetDelta = 9 });

        // Producers without idempotence exist that number their batches all the same.
        AssertValid(good with { ProducerEpoch = 0, BaseSequence = 0 });
        AssertValid(produced with { BaseSequence = -1, Attributes = RecordBatchLayout.ControlBit });
        AssertValid(good with { Attributes = RecordBatchLayout.DeleteHorizonBit });

        static void AssertValid(ForgedBatch forged)
        {
            Assert.Equal(BatchStatus.Valid, forged.Validate());
            forged.ToBatch().ValidateRecords();
        }
    }

    [Fact]
    public void AParseErrorSaysWhatIsWrong()
    {
        byte[] bytes = GoldenBatches.Bytes(GoldenBatches.Plain);
        AssertSays("61", bytes[..10]);
        AssertSays("cut short: 70 bytes long, 69 are there", bytes[..^1]);
        AssertSays("(magic) is 1", [.. bytes[..16], 1, .. bytes[17..]]);
        AssertSays("its checksum is e99b8dd8, its bytes give", [.. bytes[..^1], 0xFF]);
        ForgedBatch lying = ForgedBatch.From(RecordBatch.Parse(bytes)) with { RecordCount = 2 };
        AssertSays("contradicts itself: 2 records", lying.ToBytes());

        static void AssertSays(string expected, byte[] bytes)
        {
            var error = Assert.Throws<InvalidRecordBatchException>(() => RecordBatch.Parse(bytes));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ACopyOutlivesTheMemoryItWasMadeFrom()
    {
        byte[] bytes = GoldenBatches.Bytes(GoldenBatches.Nulls);
        RecordBatch batch = RecordBatch.Parse(bytes);
        string[] expected = RecordText.Of(batch);
        RecordBatch copy = batch.Copy();
        bytes.AsSpan().Clear();

        Assert.Equal(expected, RecordText.Of(copy));
        Assert.Equal(GoldenBatches.Nulls, Convert.ToHexStringLower(copy.Bytes.Span));
    }
}
