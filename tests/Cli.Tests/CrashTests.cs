using System.Globalization;
using System.Text;

namespace LogStore.Cli.Tests;

/// <summary>kill -9 in the middle of producing.</summary>
public sealed class CrashTests
{
    private static readonly byte[] Lines =
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 400_000).Select(number => $"line {number}\n")));

    [Theory]
    [InlineData("appended", 1)]
    [InlineData("appended", 40)]
    [InlineData("flushed", 1)]
    [InlineData("flushed", 7)]
    public async Task WhatWasAcknowledgedIsThereAndWhatIsThereIsAPrefix(string acks, int killAfter)
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await File.WriteAllBytesAsync(data["input"], Lines);
        long acknowledged = await KillAfterAsync(data, killAfter, "--acks", acks);

        byte[] output = (await data.ConsumeAsync()).Output;
        Assert.True(Lines.AsSpan().StartsWith(output), "not a prefix of the input");
        long stored = output.AsSpan().Count((byte)'\n');
        Assert.True(stored >= acknowledged, $"{acknowledged} records were acknowledged, {stored} are there");

        // The log is recovered by the next writer, and goes on behind the last whole batch.
        await data.ProduceAsync("next\n");
        Assert.Equal(Encoding.UTF8.GetString(output) + "next\n", (await data.ConsumeAsync()).Text);
        (await data.RunAsync("log", "verify")).Succeeded();
    }

    [Fact]
    public async Task AnIdempotentRunAfterACrashCompletesTheInputOnce()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync(partitions: 3);
        await File.WriteAllBytesAsync(data["input"], Lines);
        for (int crash = 1; crash <= 3; crash++) await KillAfterAsync(data, crash * 3, "--idempotent");
        (await data.RunAsync("produce", "t", "--file", data["input"], "--idempotent")).Succeeded();
        IEnumerable<int> numbers = (await data.ConsumeAsync()).Lines
            .Select(line => int.Parse(line["line ".Length..], CultureInfo.InvariantCulture)).Order();
        Assert.Equal(Enumerable.Range(0, 400_000), numbers);
    }

    /// <summary>Kills a producer after so many acknowledgements; returns how many records they were for.</summary>
    private static async Task<long> KillAfterAsync(DataFixture data, int acknowledgements, params string[] options)
    {
        await using RunningCommand produce = data.Start(
            ["produce", "t", "--file", data["input"], "--batch-bytes", "4000", "--print-acks", .. options]);
        long records = 0;
        for (int count = 0; count < acknowledgements && await produce.Output.ReadLineAsync() is { } line; count++)
        {
            long[] fields = [.. line.Split(' ').Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
            records += fields[2] - fields[1] + 1;
        }

        produce.Kill();
        await produce.FinishedAsync();
        return records;
    }
}
