using System.Globalization;
using System.Text;
using LogStore.Cli.Output;
using LogStore.Inspection;
using LogStore.Records;

namespace LogStore.Cli.Inspection;

/// <summary>Prints a file of a partition's directory with the names of Kafka's own dump tool (kafka-dump-log).</summary>
internal sealed class FileDump(StandardOutput output)
{
    /// <summary>Prints a file, whose kind its suffix tells.</summary>
    /// <returns>The first damage found; null where there is none.</returns>
    public CorruptLogException? Print(string path, bool withRecords)
    {
        if (Directory.Exists(path)) throw NotAFile(path);
        if (!File.Exists(path)) throw new UserErrorException($"there is no file '{path}'", ExitCode.NotFound);
        PrintLine($"Dumping {path}");
        switch (Path.GetExtension(path))
        {
            case ".log":
                return PrintSegment(path, withRecords);
            case ".index":
                foreach ((long offset, int position) in IndexInspector.ReadOffsetIndex(path))
                    PrintLine($"offset: {offset} position: {position}");
                return null;
            case ".timeindex":
                foreach ((long timestamp, long offset) in IndexInspector.ReadTimeIndex(path))
                    PrintLine($"timestamp: {timestamp} offset: {offset}");
                return null;
            case ".snapshot":
                foreach (ProducerSnapshotEntry producer in SnapshotInspector.Read(path))
                    PrintLine(
                        $"producerId: {producer.ProducerId} producerEpoch: {producer.ProducerEpoch} " +
                        $"lastTimestamp: {producer.LastTimestamp} firstSequence: {producer.FirstSequence} " +
                        $"lastSequence: {producer.LastSequence} lastOffset: {producer.LastOffset} " +
                        $"offsetDelta: {producer.OffsetDelta}");
                return null;
            default:
                throw NotAFile(path);
        }
    }

    private CorruptLogException? PrintSegment(string path, bool withRecords)
    {
        if (long.TryParse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture, out long baseOffset))
            PrintLine($"Log starting offset: {baseOffset}");
        using SegmentInspector segment = new(path);
        while (segment.MoveNext())
        {
            PrintHeader(segment.Header, segment.Position, segment.IsValid);
            if (withRecords && segment.IsValid) PrintRecords(segment.Batch);
        }

        return segment.Damage;
    }

    private void PrintHeader(in RecordBatchHeader header, long position, bool isValid)
    {
        string horizon = header.HasDeleteHorizon
            ? $"OptionalLong[{header.BaseTimestamp}]" : "OptionalLong.empty";
        PrintLine(
            $"baseOffset: {header.BaseOffset} lastOffset: {header.LastOffset} count: {header.RecordCount} " +
            $"baseSequence: {header.BaseSequence} lastSequence: {header.LastSequence} producerId: {header.ProducerId} " +
            $"producerEpoch: {header.ProducerEpoch} partitionLeaderEpoch: {header.LeaderEpoch} " +
            $"isTransactional: {Word(header.IsTransactional)} isControl: {Word(header.IsControl)} " +
            $"deleteHorizonMs: {horizon} position: {position} {header.TimestampType}: {header.MaxTimestamp} " +
            $"size: {header.SizeInBytes} magic: {header.Magic} compresscodec: {Codec(header.Compression)} " +
            $"crc: {header.Checksum} isvalid: {Word(isValid)}");
    }

    private void PrintRecords(in RecordBatch batch)
    {
        int firstSequence = batch.BaseSequence;
        foreach (RecordView record in batch)
        {
            int sequence = firstSequence < 0
                ? -1 : (int)((firstSequence + (record.Offset - batch.BaseOffset)) & int.MaxValue);
            List<string> headerKeys = [];
            foreach (RecordHeaderView header in record.Headers) headerKeys.Add(header.Key);
            long keySize = record.Key.IsNull ? -1 : record.Key.Length;
            long valueSize = record.Value.IsNull ? -1 : record.Value.Length;
            Print($"| offset: {record.Offset} {batch.TimestampType}: {record.Timestamp} keySize: {keySize} " +
                $"valueSize: {valueSize} sequence: {sequence} headerKeys: [{string.Join(",", headerKeys)}]");
            PrintField(" key: "u8, record.Key);
            PrintField(" payload: "u8, record.Value);
            output.Write((byte)'\n');
        }
    }

    private void PrintField(ReadOnlySpan<byte> name, NullableBytes value)
    {
        if (value.IsNull) return;
        output.Write(name);
        output.Write(value);
    }

    private void PrintLine(string text)
    {
        Print(text);
        output.Write((byte)'\n');
    }

    private void Print(string text) => output.Write(Encoding.UTF8.GetBytes(text));

    private static string Word(bool value) => value ? "true" : "false";

    private static string Codec(CompressionType type) => type switch
    {
        CompressionType.None => "none",
        CompressionType.Gzip => "gzip",
        CompressionType.Snappy => "snappy",
        CompressionType.Lz4 => "lz4",
        CompressionType.Zstd => "zstd",
        _ => ((int)type).ToString(CultureInfo.InvariantCulture),
    };

    private static UserErrorException NotAFile(string path) => new(
        $"'{path}' is not a file of a partition: log dump takes a .log, .index, .timeindex or .snapshot file", ExitCode.Usage);
}
