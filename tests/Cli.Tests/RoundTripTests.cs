using System.Text;

namespace LogStore.Cli.Tests;

/// <summary>What goes in through produce comes out of consume, byte for byte.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string, byte[]> Inputs => new()
    {
        { "empty", [] },
        { "one newline", "\n"u8.ToArray() },
        { "empty lines", "\n\n\n"u8.ToArray() },
        { "no final newline", "first\nlast"u8.ToArray() },
        { "final newline", "first\nlast\n"u8.ToArray() },
        { "a single line without newline", "alone"u8.ToArray() },
        { "CRLF", "dos\r\nfile\r\n"u8.ToArray() },
        { "a lone CR at the end", "dos\r"u8.ToArray() },
        { "NUL bytes", "a\0b\n\0\n"u8.ToArray() },
        { "not UTF-8", [0xFF, 0xFE, (byte)'\n', 0xC3, 0x28, (byte)'\n', 0x80] },
        { "every byte", [.. Enumerable.Range(0, 256).Select(value => (byte)value)] },
        { "UTF-8", Encoding.UTF8.GetBytes("żółć\n日本語\n🙂") },
        { "long lines", LongLines() },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task AFileComesBackByteForByte(string name, byte[] content)
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await File.WriteAllBytesAsync(data["input"], content);
        (await data.RunAsync("produce", "t", "--file", data["input"])).Succeeded();
        byte[] output = (await data.ConsumeAsync()).Output;
        Assert.True(content.AsSpan().SequenceEqual(output), name);
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task StandardInputComesBackByteForByteInSmallBatchesToo(string name, byte[] content)
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        (await data.RunWithInputAsync(content, "produce", "t", "--batch-bytes", "100")).Succeeded();
        byte[] output = (await data.ConsumeAsync()).Output;
        Assert.True(content.AsSpan().SequenceEqual(output), name);
    }

    [Fact]
    public async Task TwoFilesComeBackAsCatWouldJoinThem()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await data.ProduceAsync("one\ntwo");
        await data.ProduceAsync("three\n");
        Assert.Equal("one\ntwothree\n", (await data.ConsumeAsync()).Text);
    }

    [Fact]
    public async Task LinesOfSeveralPartitionsAreNeverJoined()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync(partitions: 2);
        await data.ProduceAsync("zero", "--partition", "0");
        await data.ProduceAsync("one", "--partition", "1");
        Assert.Equal("zero\none", (await data.ConsumeAsync()).Text);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task CompressionChangesNothing(string compression)
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\n"));
        await data.ProduceAsync(text, "--compression", compression);
        Assert.Equal(text, (await data.ConsumeAsync()).Text);
    }

    [Fact]
    public async Task KeysGoWhereTheJavaClientSendsThemAndComeBackInOrder()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync(partitions: 3);
        string[] lines = [.. Enumerable.Range(0, 3000).Select(number => $"key{number % 50}:value {number}")];
        await data.ProduceAsync(string.Join('\n', lines) + "\n", "--key-separator", ":", "--batch-bytes", "1000");

        // murmur2("key0"), murmur2("key1") and murmur2("key4") modulo 3, as the Java client computes them.
        string[] rows = (await data.ConsumeAsync("--format", "%p %k:%s\\n")).Lines;
        foreach (string[] ofOneKey in rows.GroupBy(row => row.Split(' ', ':')[1]).Select(group => group.ToArray()))
        {
            string key = ofOneKey[0].Split(' ', ':')[1];
            int partition = LogStore.Partitioning.Partitioner.ForKey(Encoding.UTF8.GetBytes(key), 3);
            Assert.Equal(lines.Where(line => line.StartsWith(key + ":", StringComparison.Ordinal)).Select(line => $"{partition} {line}"), ofOneKey);
        }

        Assert.Equal(lines.Order(StringComparer.Ordinal), (await data.ConsumeAsync("--key-separator", ":")).Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task NullEmptyAndMissingKeysAreToldApart()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await data.ProduceAsync("k:v\n:empty key\nno key\nk:\n", "--key-separator", ":");
        Assert.Equal(["1 1", "0 9", "-1 6", "1 0"], (await data.ConsumeAsync("--format", "%K %S\\n")).Lines);
        Assert.Equal("k:v\n:empty key\nno key\nk:\n", (await data.ConsumeAsync("--key-separator", ":")).Text);
    }

    private static byte[] LongLines()
    {
        Random random = new(1);
        byte[] content = new byte[3_000_000];
        random.NextBytes(content);
        content.AsSpan().Replace((byte)'\n', (byte)'x');
        content[0] = content[999_000] = content[1_000_000] = content[2_040_000] = (byte)'\n';
        return content;
    }
}
