using System.Text;
using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Topics;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Fetching;

/// <summary>Offsets by time, and where a leader's epoch ended.</summary>
public sealed class OffsetsTests : IAsyncLifetime
{
    private const long Latest = -1;
    private const long Earliest = -2;

    private TestBroker _broker = null!;
    private ProtocolClient _client = null!;

    /// <summary>Six records, at the times 1000, 2000 … 6000, of which the first two are deleted.</summary>
    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        _client = await _broker.ConnectAsync();
        await _client.CreateTopicAsync("t");
        for (int second = 1; second <= 6; second++)
        {
            using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions());
            builder.TryAppend(second * 1000, NullableBytes.Null, Encoding.UTF8.GetBytes($"{second}"));
            await _client.ProduceAsync("t", 0, builder.Build());
        }

        await _client.SendAsync(
            new DeleteRecordsRequest
            {
                Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Offset = 2 }] }],
            },
            version: 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData(Latest, 6, -1)]
    [InlineData(Earliest, 2, -1)]
    [InlineData(3000, 2, 3000)]
    [InlineData(3001, 3, 4000)]
    [InlineData(0, 2, 3000)]
    [InlineData(6000, 5, 6000)]
    [InlineData(6001, -1, -1)]
    public async Task OffsetsAreFoundByTime(long timestamp, long offset, long found)
    {
        ListOffsetsResponse.Partition result = await ListAsync("t", 0, timestamp, version: 5);
        Assert.Equal((ErrorCode.None, offset, found), (result.ErrorCode, result.Offset, result.Timestamp));
        Assert.Equal(offset < 0 ? -1 : 0, result.LeaderEpoch);
    }

    [Theory]
    [InlineData(Latest, 1, new long[] { 6 })]
    [InlineData(Earliest, 1, new long[] { 2 })]
    [InlineData(Latest, 0, new long[0])]
    [InlineData(9000, 1, new long[0])]
    public async Task TheOldestVersionHasAListOfOffsets(long timestamp, int atMost, long[] offsets)
    {
        ListOffsetsResponse response = await _client.SendAsync(
            new ListOffsetsRequest
            {
                Topics = [new() { Name = "t", Partitions = [new() { Timestamp = timestamp, MaxNumOffsets = atMost }] }],
            },
            version: 0);
        Assert.Equal(offsets, response.Topics[0].Partitions[0].Offsets);
    }

    [Theory]
    [InlineData("nowhere", 0, Latest, ErrorCode.UnknownTopicOrPartition)]
    [InlineData("t", 1, Latest, ErrorCode.UnknownTopicOrPartition)]
    [InlineData("t", 0, -3, ErrorCode.InvalidRequest)]
    [InlineData("t", 0, long.MinValue, ErrorCode.InvalidRequest)]
    public async Task WhatCannotBeFoundIsAnError(string topic, int partition, long timestamp, ErrorCode error) =>
        Assert.Equal(error, (await ListAsync(topic, partition, timestamp, version: 5)).ErrorCode);

    [Fact]
    public async Task TheEndOfALeadersEpochIsTold()
    {
        Assert.Equal((ErrorCode.None, 0, 6L), await EndOfAsync("t", 0, epoch: 0));
        Assert.Equal((ErrorCode.None, -1, -1L), await EndOfAsync("t", 0, epoch: 3)); // It has not begun.
        Assert.Equal((ErrorCode.UnknownTopicOrPartition, -1, -1L), await EndOfAsync("t", 1, epoch: 0));
        Assert.Equal((ErrorCode.UnknownTopicOrPartition, -1, -1L), await EndOfAsync("nowhere", 0, epoch: 0));
    }

    private async Task<ListOffsetsResponse.Partition> ListAsync(string topic, int partition, long timestamp, short version)
    {
        ListOffsetsResponse response = await _client.SendAsync(
            new ListOffsetsRequest
            {
                Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = partition, Timestamp = timestamp }] }],
            },
            version);
        return response.Topics[0].Partitions[0];
    }

    private async Task<(ErrorCode Error, int Epoch, long End)> EndOfAsync(string topic, int partition, int epoch)
    {
        OffsetForLeaderEpochResponse response = await _client.SendAsync(
            new OffsetForLeaderEpochRequest
            {
                Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = partition, LeaderEpoch = epoch }] }],
            },
            version: 3);
        OffsetForLeaderEpochResponse.Partition result = response.Topics[0].Partitions[0];
        return (result.ErrorCode, result.LeaderEpoch, result.EndOffset);
    }
}
