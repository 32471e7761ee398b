using System.Text.Json;
using Xunit;

namespace LogStore.Clients.Tests;

/// <summary>There are no transactions, and a client that asks for them is told so at once, and for good.</summary>
public sealed class TransactionTests
{
    [Fact]
    public async Task AClientThatAsksForTransactionsFailsForGoodAtOnce()
    {
        using TemporaryDirectory directory = new();
        await using BrokerProcess broker = await BrokerProcess.StartAsync(directory.Path);
        string line = Assert.Single(await Script.RunLinesAsync(Script.Confluent("transact", broker.Address), []));
        JsonElement error = JsonDocument.Parse(line).RootElement;
        Assert.True(error.GetProperty("fatal").GetBoolean(), line);
        Assert.False(error.GetProperty("retriable").GetBoolean(), line);
        Assert.Equal("TRANSACTIONAL_ID_AUTHORIZATION_FAILED", error.GetProperty("name").GetString());
        Assert.Contains("This broker has no transactions.", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.InRange(error.GetProperty("seconds").GetDouble(), 0, 10); // Of the 60 that it was given.
    }
}
