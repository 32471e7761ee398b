using System.Text;

namespace LogStore.Cli.Tests;

/// <summary>Batches, acknowledgements, interruptions and starting again.</summary>
public sealed class ProduceTests
{
    [Fact]
    public async Task TheSummaryIsOneLineOnStandardError()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        CommandResult result = await data.ProduceAsync("a\nb\nc\n");
        Assert.Empty(result.Output);
        Assert.Matches(@"^produced 3 records, 6 B in \d+\.\d\d s \(\d+\.\d MB/s\); offsets t-0: 0\.\.2\n$", result.Error);
        Assert.Empty((await data.ProduceAsync("d\n", "--quiet")).Error);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("appended")]
    [InlineData("flushed")]
    public async Task EveryAckLevelStoresEverything(string acks)
    {
        using DataFixture data = new();
        await data.CreateTopicAsync(partitions: 3);
        string[] lines = [.. Enumerable.Range(0, 5000).Select(number => $"line {number}")];
        await data.ProduceAsync(string.Join('\n', lines) + "\n", "--acks", acks, "--batch-bytes", "2000");
        Assert.Equal(lines.Order(StringComparer.Ordinal), (await data.ConsumeAsync()).Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ASlowInputIsNotKeptWaiting()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await using RunningCommand produce = data.Start("produce", "t", "--print-acks");
        for (int line = 0; line < 3; line++)
        {
            await produce.Input.WriteAsync("tick\n"u8.ToArray());
            await produce.Input.FlushAsync();
            Assert.Equal($"0 {line} {line}", await produce.Output.ReadLineAsync());
        }
    }

    [Fact]
    public async Task CtrlCStoresTheLinesReadSoFar()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        // It lingers long: only the interruption can be what sends the second line.
        await using RunningCommand produce = data.Start("produce", "t", "--print-acks", "--linger-ms", "60000", "--batch-bytes", "70");
        await produce.Input.WriteAsync("whole\nwhole too\nonly beg"u8.ToArray());
        await produce.Input.FlushAsync();
        Assert.Equal("0 0 0", await produce.Output.ReadLineAsync());
        produce.Interrupt();
        CommandResult result = await produce.FinishedAsync();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("produced 2 records", result.Error, StringComparison.Ordinal);
        Assert.Equal("whole\nwhole too\n", (await data.ConsumeAsync()).Text);
    }

    [Fact]
    public async Task ALineOverTheLimitIsNamedAndNothingBeforeItIsLost()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync("t", 1, "max.message.bytes=1000");
        CommandResult result = await data.RunWithInputAsync($"one\ntwo\n{new string('x', 950)}\nfour\n", "produce", "t");
        result.FailedWith(2, "line 3 is too long: its batch takes 1020 bytes, and 't' allows 1000");
        Assert.Contains("2 records before that: stored", result.Error, StringComparison.Ordinal);
        Assert.Equal("one\ntwo\n", (await data.ConsumeAsync()).Text);
    }

    [Fact]
    public async Task ALineThatNeverEndsIsRefusedBeforeItFillsTheMemory()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        CommandResult result = await data.RunWithInputAsync(new byte[30_000_000], "produce", "t");
        result.FailedWith(2, "line 1 is too long");
    }

    [Fact]
    public async Task ARecordAsLargeAsTheLimitIsTaken()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync("t", 1, "max.message.bytes=1000");
        string line = new('x', 930); // 61 bytes of batch header and 9 around the value.
        await data.ProduceAsync($"{line}\n", "--batch-bytes", "1");
        Assert.Equal($"{line}\n", (await data.ConsumeAsync()).Text);
        (await data.RunWithInputAsync($"{line}x\n", "produce", "t")).FailedWith(2, "line 1 is too long");
    }

    [Fact]
    public async Task AnIdempotentRunSendsOnlyWhatIsMissing()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync(partitions: 3);
        string[] lines = [.. Enumerable.Range(0, 30_000).Select(number => $"line {number}")];
        await File.WriteAllTextAsync(data["input"], string.Join('\n', lines[..20_000]) + "\n");
        (await data.RunAsync("produce", "t", "--file", data["input"], "--idempotent")).Succeeded();
        Assert.Contains("produced 0 records", (await data.RunAsync("produce", "t", "--file", data["input"], "--idempotent")).Succeeded().Error, StringComparison.Ordinal);

        await File.AppendAllTextAsync(data["input"], string.Join('\n', lines[20_000..]) + "\n");
        CommandResult third = (await data.RunAsync("produce", "t", "--file", data["input"], "--idempotent")).Succeeded();
        Assert.Contains("produced 10,000 records", third.Error, StringComparison.Ordinal);
        Assert.Contains("20,000 were there already", third.Error, StringComparison.Ordinal);
        Assert.Equal(lines.Order(StringComparer.Ordinal), (await data.ConsumeAsync()).Lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("0\n1\nother\n3\n", "is not the input that was produced from it before")]
    [InlineData("0\n1\n", "is shorter than what was produced from it before")]
    [InlineData("0\n1\n2\n3", "is not the input that was produced from it before")]
    public async Task AnIdempotentRunRefusesAnotherInputUnderTheSameName(string changed, string message)
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await File.WriteAllTextAsync(data["input"], "0\n1\n2\n3\n");
        (await data.RunAsync("produce", "t", "--file", data["input"], "--idempotent")).Succeeded();
        await File.WriteAllTextAsync(data["input"], changed);
        (await data.RunAsync("produce", "t", "--file", data["input"], "--idempotent")).FailedWith(2, message);
        Assert.Equal("0\n1\n2\n3\n", (await data.ConsumeAsync()).Text);
    }

    [Fact]
    public async Task ADeviceThatRefusesWritesEndsItWithOneLineAndWhatWasStoredStays()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync("t", 1, "preallocate=false");
        byte[] input = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2_000_000).Select(number => $"line {number}\n")));
        await File.WriteAllBytesAsync(data["input"], input);
        // No file may grow beyond 2000 blocks of 512 bytes, and the signal for that is ignored, so write(2) fails. The
        // runtime would make a larger file itself, of memory that is both written and executed.
        CommandResult result = await Shell.RunAsync(
            $"trap '' XFSZ; ulimit -f 2000; DOTNET_EnableWriteXorExecute=0 exec '{Shell.Program}' --data '{data.Data}' produce t --file '{data["input"]}'");
        result.FailedWith(1, "before that: stored.");
        byte[] output = (await data.ConsumeAsync()).Output;
        Assert.InRange(output.Length, 1, input.Length - 1);
        Assert.True(input.AsSpan().StartsWith(output), "not a prefix of the input");
    }

    [Fact]
    public async Task StandardInputIsANewProducerEachTime()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await data.ProduceAsync("same\n", "--idempotent");
        await data.ProduceAsync("same\n", "--idempotent");
        Assert.Equal("same\nsame\n", (await data.ConsumeAsync()).Text);
    }

    [Fact]
    public async Task TheSecondOfTwoProducersIsToldWhoHasTheDirectory()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await using RunningCommand first = data.Start("produce", "t", "--print-acks");
        await first.Input.WriteAsync("mine\n"u8.ToArray());
        await first.Input.FlushAsync();
        await first.Output.ReadLineAsync();
        (await data.RunWithInputAsync("not mine\n", "produce", "t")).FailedWith(4, "is in use by process");
        (await data.RunAsync("topic", "create", "other")).FailedWith(4, "is in use by process");
        CommandResult result = await first.FinishAsync(Encoding.UTF8.GetBytes("still mine\n"));
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("mine\nstill mine\n", (await data.ConsumeAsync()).Text);
    }
}
