using System.Text;
using LogStore.Client.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Produce;
using Xunit;

namespace LogStore.Client.Tests.Producing;

/// <summary>
/// Whatever goes wrong on the way: what was acknowledged is in the log once and in order, what has failed for certain
/// is not, and nothing is there twice.
/// </summary>
public sealed class RandomFaultTests
{
    private const int Partitions = 3;

    [Fact]
    public async Task NoFaultLosesRepeatsOrReordersARecord()
    {
        Random random = SeededRandom.Create();
        for (int round = 0; round < 15; round++) await RunAsync(random.Next());
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var gate = new Lock();
        var cluster = new ScriptedCluster(nodes: 3, "t", Partitions);
        var script = new ProduceScript(cluster, Partitions);
        int faults = 60;
        cluster.On<ProduceRequest>((node, request) =>
        {
            lock (gate)
            {
                int dice = faults > 0 ? random.Next(10) : 9;
                if (dice < 7) faults--;
                switch (dice)
                {
                    case 0: return null;
                    case 1: script.Apply(node, request); return null;
                    case 2: return ProduceScript.Refuse(request, ErrorCode.NotLeaderOrFollower);
                    case 3: return ProduceScript.Refuse(request, ErrorCode.MessageTooLarge);
                    case 4:
                        script.Apply(node, request);
                        return ProduceScript.Refuse(request, ErrorCode.RequestTimedOut);
                    case 5: cluster.SetLeader(random.Next(Partitions), 1 + random.Next(3)); break;
                    case 6: return ProduceScript.Refuse(request, ErrorCode.NotEnoughReplicas);
                }

                return script.Apply(node, request);
            }
        });

        (int Partition, string Value, Task<RecordMetadata> Sent)[] records;
        await using (var producer = new Producer(cluster.ProducerOptions with { BatchSize = 128 }))
        {
            records =
            [
                .. Enumerable.Range(0, 600).Select(i => (i % Partitions, $"{i}", producer.SendAsync(
                    new ProducerRecord("t", Encoding.UTF8.GetBytes($"{i}")) { Partition = i % Partitions }))),
            ];
            await producer.FlushAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }

        for (int partition = 0; partition < Partitions; partition++)
        {
            string[] log = script.Models[partition].Values;
            Assert.Equal(log.Length, log.Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(
                log.OrderBy(value => int.Parse(value, System.Globalization.CultureInfo.InvariantCulture)), log);
            foreach ((_, string value, Task<RecordMetadata> sent) in records.Where(each => each.Partition == partition))
            {
                if (sent.IsCompletedSuccessfully) Assert.Contains(value, log);
                else if (sent.Exception!.InnerException is DeliveryException { MayHaveBeenAppended: false })
                    Assert.DoesNotContain(value, log);
            }
        }
    }
}
