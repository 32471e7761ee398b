using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using LogStore.Broker.Tests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Topics;
using LogStore.KafkaProtocol.Wire;
using LogStore.Records;
using Xunit;

namespace LogStore.Clients.Tests;

/// <summary>A group of members of kafka-python, one of which dies.</summary>
public sealed class GroupTests
{
    private const int Partitions = 6;
    private const int RecordsEach = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task EveryRecordIsProcessedThoughAMemberIsKilledAndNoPartitionHasTwoOwnersInAGeneration()
    {
        using TemporaryDirectory directory = new();
        await using BrokerProcess broker = await BrokerProcess.StartAsync(
            directory.Path, 0, "group.initial.rebalance.delay.ms=0", "group.min.session.timeout.ms=1000");
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.SendAsync(
            new CreateTopicsRequest
            {
                Topics =
                [
                    new() { Name = "t", NumPartitions = Partitions, ReplicationFactor = 1, Assignments = [], Configs = [] },
                ],
            },
            version: 4);
        await ProduceAsync(client, 0);

        using Observed observed = new();
        List<Member> members = [];
        try
        {
            for (int count = 0; count < 3; count++) members.Add(new Member(broker.Address, observed));
            await observed.UntilAsync(() => observed.LastGenerationHas(owners: 3), "three members share the partitions");
            await members[0].KillAsync();
            await ProduceAsync(client, RecordsEach);
            await observed.UntilAsync(
                () => observed.Seen.Count == Partitions * RecordsEach * 2, "all records are processed");
            await observed.UntilAsync(() => observed.LastGenerationHas(owners: 2), "two members share the partitions");
        }
        finally
        {
            foreach (Member member in members) await member.KillAsync();
        }

        Assert.All(observed.Seen, record => Assert.Equal($"{record.Key.Partition}.{record.Key.Offset}", record.Value));
        foreach (IGrouping<int, (int Generation, int Partition, Member Owner)> generation in
            observed.Assignments.GroupBy(each => each.Generation))
        {
            var owned = generation.Select(each => (each.Partition, each.Owner)).Distinct();
            Assert.All(owned.CountBy(each => each.Partition), partition => Assert.Equal(1, partition.Value));
        }
    }

    private static async Task ProduceAsync(ProtocolClient client, int first)
    {
        for (int partition = 0; partition < Partitions; partition++)
        {
            using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions());
            for (int offset = first; offset < first + RecordsEach; offset++)
                builder.TryAppend(0, NullableBytes.Null, Encoding.UTF8.GetBytes($"{partition}.{offset}"));
            ProduceResponse response = await client.SendAsync(
                new ProduceRequest
                {
                    Acks = -1,
                    Topics =
                    [
                        new()
                        {
                            Name = "t",
                            Partitions =
                            [
                                new() { PartitionIndex = partition, Records = RecordPayload.FromBytes(builder.Build().Bytes) },
                            ],
                        },
                    ],
                },
                version: 8);
            ProduceResponse.Partition result = response.Topics[0].Partitions[0];
            Assert.Equal((ErrorCode.None, first), (result.ErrorCode, result.BaseOffset));
        }
    }

    /// <summary>What the members have said.</summary>
    private sealed class Observed : IDisposable
    {
        private readonly SemaphoreSlim _news = new(0);

        public ConcurrentDictionary<(int Partition, long Offset), string> Seen { get; } = new();

        public ConcurrentQueue<(int Generation, int Partition, Member Owner)> Assignments { get; } = new();

        /// <summary>What was written to standard error, for whoever has to find out why a test failed.</summary>
        public ConcurrentQueue<string> Complaints { get; } = new();

        /// <summary>Whether all partitions are assigned in the last generation, and to so many members.</summary>
        public bool LastGenerationHas(int owners)
        {
            if (Assignments.IsEmpty) return false;
            int last = Assignments.Max(each => each.Generation);
            var current = Assignments.Where(each => each.Generation == last).ToList();
            return current.Count == Partitions && current.DistinctBy(each => each.Owner).Count() == owners;
        }

        public void Note(Member member, string line)
        {
            string[] fields = line.Split(' ');
            switch (fields[0])
            {
                case "assigned":
                    foreach (string partition in fields[2..])
                        Assignments.Enqueue((Number(fields[1]), Number(partition), member));
                    break;
                case "record":
                    Seen[(Number(fields[1]), Number(fields[2]))] = fields[3];
                    break;
                default:
                    Complaints.Enqueue(line);
                    break;
            }

            _news.Release();
        }

        public async Task UntilAsync(Func<bool> condition, string what)
        {
            long started = Stopwatch.GetTimestamp();
            while (!condition())
            {
                TimeSpan left = Patience - Stopwatch.GetElapsedTime(started);
                Assert.True(
                    left > TimeSpan.Zero && await _news.WaitAsync(left),
                    $"not within {Patience}: {what}; {Seen.Count} records; {string.Join('\n', Complaints)}");
            }
        }

        public void Dispose() => _news.Dispose();

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>A member's process.</summary>
    private sealed class Member
    {
        private readonly Process _process;
        private readonly Task _reading;
        private bool _isKilled;

        public Member(string address, Observed observed)
        {
            _process = Process.Start(Script.KafkaPython("member", address, "t", "g"))!;
            _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));

            async Task ReadAsync(StreamReader reader)
            {
                while (await reader.ReadLineAsync() is { } line) observed.Note(this, line);
            }
        }

        /// <summary>kill -9.</summary>
        public async Task KillAsync()
        {
            if (_isKilled) return;
            _isKilled = true;
            _process.Kill();
            await _process.WaitForExitAsync();
            await _reading;
            _process.Dispose();
        }
    }
}
