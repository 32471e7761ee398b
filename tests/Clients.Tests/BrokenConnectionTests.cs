using System.Text;
using Xunit;

namespace LogStore.Clients.Tests;

/// <summary>A producer of others whose connection breaks again and again.</summary>
public sealed class BrokenConnectionTests
{
    private const int Count = 5000;

    [Fact]
    public async Task AnIdempotentProducerOverABrokenConnectionWritesEachRecordOnceAndInOrder()
    {
        using TemporaryDirectory directory = new();
        await using CuttingProxy proxy = new(SeededRandom.Create(), mostBytes: 20_000);
        // Clients go where the broker says that it is: through the proxy.
        await using BrokerProcess broker = await BrokerProcess.StartAsync(
            directory.Path, 0, $"advertised.listeners=PLAINTEXT://127.0.0.1:{proxy.Port}");
        proxy.ForwardTo(broker.Port);
        await Script.RunAsync(Script.Confluent("idempotent", $"127.0.0.1:{proxy.Port}", "t", $"{Count}"));
        Assert.InRange(proxy.Cuts, 5, int.MaxValue);

        // Another broker on the directory, for those whose connections hold.
        await broker.StopAsync();
        await using BrokerProcess again = await BrokerProcess.StartAsync(directory.Path);
        byte[] output = await Script.RunAsync(
            Script.Kcat("-C", "-q", "-b", again.Address, "-t", "t", "-p", "0", "-o", "beginning", "-e", "-f", "%s\\n"));
        Assert.Equal(
            Enumerable.Range(0, Count).Select(number => $"{number}"),
            Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
