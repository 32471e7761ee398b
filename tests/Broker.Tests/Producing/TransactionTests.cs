using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Transactions;
using Xunit;

namespace LogStore.Broker.Tests.Producing;

/// <summary>There are no transactions: whoever asks for one learns it at once, by an error that ends its attempts.</summary>
public sealed class TransactionTests
{
    [Fact]
    public async Task EveryRequestAboutTransactionsIsRefused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        const ErrorCode refused = ErrorCode.TransactionalIdAuthorizationFailed;
        FindCoordinatorResponse found = await client.SendAsync(
            new FindCoordinatorRequest { Key = "me", KeyType = CoordinatorType.Transaction }, 1);
        Assert.Equal((refused, "This broker has no transactions."), (found.ErrorCode, found.ErrorMessage));
        Assert.Equal(refused, (await client.SendAsync(new InitProducerIdRequest { TransactionalId = "me" }, 1)).ErrorCode);
        Assert.Equal(refused, (await client.SendAsync(new AddOffsetsToTxnRequest { TransactionalId = "me" }, 1)).ErrorCode);
        Assert.Equal(refused, (await client.SendAsync(new EndTxnRequest { TransactionalId = "me" }, 1)).ErrorCode);
        AddPartitionsToTxnResponse added = await client.SendAsync(
            new AddPartitionsToTxnRequest { Topics = [new() { Name = "t", PartitionIndexes = [3] }] }, version: 1);
        Assert.Equal((3, refused), (added.Topics[0].Partitions[0].PartitionIndex, added.Topics[0].Partitions[0].ErrorCode));
        TxnOffsetCommitResponse committed = await client.SendAsync(
            new TxnOffsetCommitRequest { Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 3 }] }] },
            version: 2);
        Assert.Equal(refused, committed.Topics[0].Partitions[0].ErrorCode);
        WriteTxnMarkersResponse marked = await client.SendAsync(
            new WriteTxnMarkersRequest
            {
                Markers = [new() { ProducerId = 5, Topics = [new() { Name = "t", PartitionIndexes = [0] }] }],
            },
            version: 0);
        Assert.Equal((5, refused), (marked.Markers[0].ProducerId, marked.Markers[0].Topics[0].Partitions[0].ErrorCode));
    }
}
