using System.Collections.Immutable;
using LogStore.Replicator.Protocol;

namespace LogStore.Simulation.Plans;

/// <summary>Makes a plan of a seed.</summary>
internal static class PlanGenerator
{
    private const long FaultyMs = 9000;

    /// <summary>How likely each fault is, in relation to the others.</summary>
    private static readonly (FaultKind Kind, int Weight)[] Weights =
    [
        (FaultKind.Crash, 12), (FaultKind.PowerLoss, 12), (FaultKind.Wipe, 3), (FaultKind.Stop, 4), (FaultKind.Pause, 8),
        (FaultKind.Drift, 4), (FaultKind.Cut, 10), (FaultKind.CutOneWay, 8), (FaultKind.CutFromStore, 8),
        (FaultKind.Isolate, 10), (FaultKind.StoreOutage, 4), (FaultKind.ExpireLease, 8), (FaultKind.ExpireController, 5),
        (FaultKind.BadNetwork, 6), (FaultKind.Corrupt, 2), (FaultKind.DiskFull, 3), (FaultKind.SlowDisk, 5),
        (FaultKind.Reassign, 7), (FaultKind.ElectPreferred, 5), (FaultKind.ChangeOptions, 4), (FaultKind.DeleteRecords, 6),
    ];

    private static readonly int TotalWeight = Weights.Sum(each => each.Weight);

    public static Plan Create(ulong seed)
    {
        Prng random = new(seed ^ 0x5DEECE66D);
        int brokers = (int)random.Between(3, 5);
        ImmutableArray<PartitionPlan> partitions =
            [.. Enumerable.Range(0, (int)random.Between(1, 3)).Select(_ => CreatePartition(random, brokers))];
        return new Plan(seed)
        {
            Brokers = brokers,
            Partitions = partitions,
            Producers = [.. Enumerable.Range(0, partitions.Length).SelectMany(index => CreateProducers(random, index))],
            Faults = AddMore(new Prng(seed ^ 0x0FF_A6A14), CreateFaults(random, brokers, partitions.Length), brokers),
            FaultyMs = FaultyMs,
            LossPerMille = random.PerMille(500) ? 0 : random.Below(40),
            LatePerMille = random.PerMille(500) ? 4 : random.Below(60),
            DiskUs = (int)random.Between(500, random.PerMille(250) ? 80_000 : 4000),
            DelayUs = (int)random.Between(500, random.PerMille(300) ? 30_000 : 4000),
            Rdma = CreateRdma(new Prng(seed ^ 0x52D3AC), brokers),
        };
    }

    /// <summary>By chances of its own, so that the seeds that go another way mean what they always have.</summary>
    private static RdmaPlan? CreateRdma(Prng random, int brokers) => !random.PerMille(500) ? null : new RdmaPlan(
        random.Pick<int>([4096, 8192, 16_384]),
        random.Pick<int>([8, 16, 64]),
        (int)random.Between(1, 8),
        (int)random.Between(50, random.PerMille(250) ? 20_000 : 1000),
        random.PerMille(400) ? 0 : (int)random.Between(2, 15),
        random.PerMille(250) ? random.Below(brokers) : -1);

    private static PartitionPlan CreatePartition(Prng random, int brokers)
    {
        int[] order = [.. Enumerable.Range(0, brokers)];
        random.Shuffle(order);
        int replicas = (int)random.Between(2, Math.Min(brokers, 4));
        ReplicaOptions options = new()
        {
            MinInsyncReplicas = (int)random.Between(1, Math.Min(replicas, 3)),
            CommitsFlushed = random.PerMille(400),
            LagTimeMaxMs = random.Between(400, 1500),
            RetryMs = random.Between(100, 300),
        };
        return new PartitionPlan([.. order[..replicas]], options, random.PerMille(80));
    }

    private static IEnumerable<ProducerPlan> CreateProducers(Prng random, int partition)
    {
        int producers = (int)random.Between(1, 2);
        for (int index = 0; index < producers; index++)
        {
            int batches = (int)random.Between(20, 90);
            yield return new ProducerPlan(partition, batches, (int)(FaultyMs / batches), random.PerMille(850));
        }
    }

    private static ImmutableArray<Fault> CreateFaults(Prng random, int brokers, int partitions)
    {
        List<Fault> faults = [];
        int count = (int)random.Between(3, 22);
        while (faults.Count < count)
        {
            FaultKind kind = PickKind(random);
            bool isOfPartition = kind is FaultKind.Reassign or FaultKind.ChangeOptions or FaultKind.DeleteRecords;
            int target = random.Below(isOfPartition ? partitions : brokers);
            int other = isOfPartition || kind == FaultKind.Corrupt
                ? random.Below(1 << 20)
                : (target + 1 + random.Below(brokers - 1)) % brokers;
            // What goes wrong at the end is what no later trouble puts right again.
            long at = random.PerMille(250) ? random.Between(FaultyMs - 800, FaultyMs - 10) : random.Between(200, FaultyMs - 100);
            Fault fault = new(
                at, kind, target, other,
                random.PerMille(600) ? random.Between(10, 600) : random.Between(600, 3000));
            faults.Add(fault);
            // Power fails in racks, and machines come back at different times.
            if (kind == FaultKind.PowerLoss && random.PerMille(350)) AddRack(random, faults, fault, brokers);
            // What has just come back goes again, before it has caught up.
            if (kind is FaultKind.Crash or FaultKind.PowerLoss or FaultKind.Wipe && random.PerMille(250))
                faults.Add(fault with { AtMs = fault.AtMs + fault.DurationMs + random.Between(20, 500), Kind = FaultKind.PowerLoss });
            // Records are deleted while a replica that has none fetches them.
            if (kind == FaultKind.Wipe && random.PerMille(600))
            {
                faults.Add(new Fault(
                    fault.AtMs + fault.DurationMs + random.Between(20, 250), FaultKind.DeleteRecords,
                    random.Below(partitions), 9, 0));
            }

            // Troubles come together: something happens to another broker while this one is away.
            if (!random.PerMille(250) || isOfPartition || kind == FaultKind.Corrupt) continue;
            faults.Add(fault with
            {
                AtMs = fault.AtMs + random.Between(0, 300),
                Kind = PickBrokerKind(random),
                Target = other,
                Other = target,
            });
        }

        return [.. faults.OrderBy(fault => fault.AtMs)];
    }

    /// <summary>Adds what makes faults worse, by chances of its own, as in <see cref="CreateRdma"/>.</summary>
    private static ImmutableArray<Fault> AddMore(Prng random, ImmutableArray<Fault> faults, int brokers)
    {
        List<Fault> added = [];
        foreach (Fault fault in faults)
        {
            if (!random.PerMille(600)) continue;
            switch (fault.Kind)
            {
                case FaultKind.Reassign:
                    // It is called off, and perhaps asked for again at once.
                    Fault calledOff = fault with { AtMs = fault.AtMs + random.Between(20, 600), Kind = FaultKind.CallOff };
                    added.Add(calledOff);
                    if (random.PerMille(700)) added.Add(fault with { AtMs = calledOff.AtMs + random.Between(0, 30) });
                    break;
                case FaultKind.DiskFull:
                    // The only one that has everything is the one that can take nothing.
                    AddRack(
                        random, added, fault with { AtMs = fault.AtMs + (fault.DurationMs * random.Below(5) / 10) }, brokers);
                    break;
            }
        }

        return [.. faults.Concat(added).OrderBy(fault => fault.AtMs)];
    }

    private static void AddRack(Prng random, List<Fault> faults, Fault fault, int brokers)
    {
        for (int broker = 0; broker < brokers; broker++)
        {
            if (broker == fault.Target || random.PerMille(300)) continue;
            faults.Add(fault with
            {
                AtMs = fault.AtMs + random.Between(0, 20),
                Kind = random.PerMille(150) ? FaultKind.Wipe : FaultKind.PowerLoss,
                Target = broker,
                DurationMs = random.Between(10, 1500),
            });
        }
    }

    private static FaultKind PickBrokerKind(Prng random) =>
        random.Pick<FaultKind>(
            [FaultKind.Crash, FaultKind.PowerLoss, FaultKind.Pause, FaultKind.Isolate, FaultKind.ExpireLease, FaultKind.Cut]);

    private static FaultKind PickKind(Prng random)
    {
        int number = random.Below(TotalWeight);
        foreach ((FaultKind kind, int weight) in Weights)
        {
            if ((number -= weight) < 0) return kind;
        }

        throw new InvalidOperationException("The weights do not add up.");
    }
}
