namespace LogStore.Cli.Tests;

/// <summary>log dump, log verify, log repair.</summary>
public sealed class LogCommandTests
{
    [Fact]
    public async Task ADumpNamesFieldsAsKafkaDoes()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await data.ProduceAsync("k:v\nplain\n", "--key-separator", ":", "--header", "h=1");
        string[] lines = (await data.RunAsync("log", "dump", Segment(data), "--records")).Succeeded().Lines;
        Assert.Equal($"Dumping {Segment(data)}", lines[0]);
        Assert.Equal("Log starting offset: 0", lines[1]);
        Assert.Matches(
            @"^baseOffset: 0 lastOffset: 1 count: 2 baseSequence: -1 lastSequence: -1 producerId: -1 producerEpoch: -1 " +
            @"partitionLeaderEpoch: 0 isTransactional: false isControl: false deleteHorizonMs: OptionalLong\.empty " +
            @"position: 0 CreateTime: \d+ size: \d+ magic: 2 compresscodec: none crc: \d+ isvalid: true$", lines[2]);
        Assert.Matches(
            @"^\| offset: 0 CreateTime: \d+ keySize: 1 valueSize: 1 sequence: -1 headerKeys: \[h\] key: k payload: v$", lines[3]);
        Assert.Matches(
            @"^\| offset: 1 CreateTime: \d+ keySize: -1 valueSize: 5 sequence: -1 headerKeys: \[h\] payload: plain$", lines[4]);
    }

    [Fact]
    public async Task ADumpShowsIndexesAndSnapshots()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await data.ProduceAsync(string.Concat(Enumerable.Repeat("some line\n", 5000)), "--batch-bytes", "3000", "--idempotent");
        string directory = Path.Combine(data.Data, "t-0");
        Assert.Matches(@"^offset: \d+ position: \d+$",
            (await data.RunAsync("log", "dump", Path.Combine(directory, "00000000000000000000.index"))).Succeeded().Lines[1]);
        Assert.Matches(@"^timestamp: \d+ offset: \d+$",
            (await data.RunAsync("log", "dump", Path.Combine(directory, "00000000000000000000.timeindex"))).Succeeded().Lines[1]);
        Assert.Matches(
            @"^producerId: \d+ producerEpoch: 0 lastTimestamp: \d+ firstSequence: \d+ lastSequence: 4999 lastOffset: 4999 offsetDelta: \d+$",
            (await data.RunAsync("log", "dump", Path.Combine(directory, "00000000000000005000.snapshot"))).Succeeded().Lines[1]);
    }

    [Fact]
    public async Task DamageIsFoundNamedAndRepairedOnlyWhenConfirmed()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        for (int batch = 0; batch < 3; batch++) await data.ProduceAsync($"batch {batch}\n");
        (await data.RunAsync("log", "verify")).Succeeded();
        long position = Damage(Segment(data), "batch 1"u8);

        CommandResult verify = await data.RunAsync("log", "verify", "--topic", "t");
        verify.FailedWith(5, $"'{Segment(data)}' is damaged at byte {position}");
        Assert.Contains("DAMAGED", verify.Text, StringComparison.Ordinal);
        Assert.Contains("See: logstore log repair --topic t --partition 0", verify.Error, StringComparison.Ordinal);

        CommandResult dump = await data.RunAsync("log", "dump", Segment(data));
        dump.FailedWith(5, $"is damaged at byte {position}");
        Assert.Equal(["isvalid: true", "isvalid: false", "isvalid: true"], dump.Lines[2..].Select(line => line[line.IndexOf("isvalid", StringComparison.Ordinal)..]));

        CommandResult consume = await data.RunAsync("consume", "t");
        consume.FailedWith(5, $"is damaged at byte {position}");
        Assert.Equal("batch 0\n", consume.Text);

        byte[] damaged = await File.ReadAllBytesAsync(Segment(data));
        CommandResult dryRun = (await data.RunAsync("log", "repair", "--topic", "t", "--partition", "0")).Succeeded();
        Assert.Contains("would keep the records below offset 1", dryRun.Text, StringComparison.Ordinal);
        Assert.Contains("nothing has been changed", dryRun.Text, StringComparison.Ordinal);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(Segment(data)));

        CommandResult repair = (await data.RunAsync("log", "repair", "--topic", "t", "--partition", "0", "--yes")).Succeeded();
        Assert.Contains("the log now ends at offset 1", repair.Text, StringComparison.Ordinal);
        string saved = $"{Segment(data)}.{position}.cut";
        Assert.Contains(saved, repair.Text, StringComparison.Ordinal);
        Assert.Equal(damaged[(int)position..], await File.ReadAllBytesAsync(saved));
        (await data.RunAsync("log", "verify")).Succeeded();
        await data.ProduceAsync("after\n");
        Assert.Equal("batch 0\nafter\n", (await data.ConsumeAsync()).Text);
        Assert.Contains("nothing to repair", (await data.RunAsync("log", "repair", "--topic", "t", "--partition", "0", "--yes")).Succeeded().Text, StringComparison.Ordinal);
    }

    private static string Segment(DataFixture data) => Path.Combine(data.Data, "t-0", "00000000000000000000.log");

    /// <summary>Flips a bit in the middle one of batches that are alike; returns where it begins.</summary>
    private static long Damage(string path, ReadOnlySpan<byte> content)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int at = bytes.AsSpan().IndexOf(content);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
        return bytes.Length / 3;
    }
}
