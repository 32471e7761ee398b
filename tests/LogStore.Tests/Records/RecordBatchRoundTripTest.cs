using System.Globalization;
using LogStore.Records;
using Xunit;

namespace LogStore.Tests.Records;

/// <summary>What is built is read back, for random records and every codec that is installed.</summary>
public sealed class RecordBatchRoundTripTest
{
    [Theory]
    [InlineData(CompressionType.None)]
    [MemberData(nameof(TestCodec.All), MemberType = typeof(TestCodec))]
    public void WhatIsBuiltIsReadBack(CompressionType compression)
    {
        TestCodec.SkipUnlessInstalled(compression);
        Random random = SeededRandom.Create();
        using var builder = new RecordBatchBuilder(new RecordBatchBuilderOptions
        {
            Compression = compression,
            MaxBytes = 64 << 10,
            InitialCapacity = random.Next(1000),
        });
        for (int round = 0; round < 200; round++)
        {
            builder.Reset();
            string[] expected = Fill(builder, random);
            RecordBatch batch = RecordBatch.Parse(builder.Build().Bytes.ToArray());

            Assert.Equal(compression, batch.Compression);
            Assert.Equal(expected, RecordText.Of(batch));
            batch.ValidateRecords();
        }
    }

    [Theory]
    [MemberData(nameof(TestCodec.All), MemberType = typeof(TestCodec))]
    public void WhatOtherProducersCompressIsReadBack(CompressionType compression)
    {
        TestCodec.SkipUnlessInstalled(compression);
        Random random = SeededRandom.Create();
        using var builder = new RecordBatchBuilder(new RecordBatchBuilderOptions { MaxBytes = 512 << 10 });
        for (int round = 0; round < 50; round++)
        {
            builder.Reset();
            string[] expected = Fill(builder, random);
            ForgedBatch plain = ForgedBatch.From(builder.Build()) with { Compression = compression };
            RecordBatch batch = (plain with { Records = TestCodec.Compress(compression, plain.Records) }).ToBatch();

            // The forged header has a base timestamp of its own, so the times are compared as distances.
            long shift = builder.Build().Header.BaseTimestamp - batch.Header.BaseTimestamp;
            Assert.Equal(expected, RecordText.Of(batch).Select(line => Shift(line, shift)));
        }
    }

    private static string Shift(string line, long by)
    {
        int start = line.IndexOf("at ", StringComparison.Ordinal) + 3;
        int end = line.IndexOf(':', StringComparison.Ordinal);
        long time = long.Parse(line.AsSpan(start, end - start), CultureInfo.InvariantCulture) + by;
        return $"{line[..start]}{time}{line[end..]}";
    }

    private static string[] Fill(RecordBatchBuilder builder, Random random)
    {
        var expected = new List<string>();
        int count = random.Next(1, 300);
        for (int i = 0; i < count; i++)
        {
            long timestamp = random.Next(20) > 0
                ? GoldenBatches.Time + random.Next(-1000, 100_000)
                : random.NextInt64(-1, long.MaxValue);
            byte[]? key = random.NextBytesOrNull(200), value = random.NextBytesOrNull(3000);
            int headerCount = random.Next(3) > 0 ? 0 : random.Next(80);
            RecordHeader[] headers = [.. Enumerable.Range(0, headerCount).Select(_ => NextHeader(random))];
            if (!builder.TryAppend(timestamp, key, value, headers)) break;
            expected.Add(RecordText.Of(i, timestamp, key, value, headers));
        }

        return [.. expected];
    }

    private static RecordHeader NextHeader(Random random)
    {
        string[] keys = ["", "trace-id", "ключ", "鍵", "🔑", new string('k', 100)];
        byte[]? value = random.NextBytesOrNull(100);
        return new RecordHeader(keys[random.Next(keys.Length)], value is null ? null : value.AsMemory());
    }
}
