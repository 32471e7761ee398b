using System.Collections.Immutable;
using System.Text;

namespace LogStore.Simulation.Plans;

/// <summary>
/// All that is decided beforehand about a run: as explicit lists, so that a failing run is made smaller by leaving things
/// out. What is decided on the way comes from the same seed.
/// </summary>
internal sealed record Plan(ulong Seed)
{
    public required int Brokers { get; init; }

    public required ImmutableArray<PartitionPlan> Partitions { get; init; }

    public required ImmutableArray<ProducerPlan> Producers { get; init; }

    public required ImmutableArray<Fault> Faults { get; init; }

    /// <summary>When faults end, and all that is broken is mended; milliseconds.</summary>
    public required long FaultyMs { get; init; }

    /// <summary>How often the network loses or doubles a message when nothing is the matter, in parts per thousand.</summary>
    public required int LossPerMille { get; init; }

    /// <summary>The longest that a message is under way when nothing is the matter, in microseconds.</summary>
    public required int DelayUs { get; init; }

    /// <summary>How often a message, a request or a watch arrives very late, in parts per thousand.</summary>
    public required int LatePerMille { get; init; }

    /// <summary>The longest that an append takes when nothing is the matter, in microseconds.</summary>
    public required int DiskUs { get; init; }

    /// <summary>How links over RDMA are; null where all go another way.</summary>
    public RdmaPlan? Rdma { get; init; }

    public override string ToString()
    {
        StringBuilder text = new();
        text.Append($"seed {Seed}: {Brokers} brokers, loss {LossPerMille} and late {LatePerMille} per mille, " +
            $"delay up to {DelayUs} us, disk up to {DiskUs} us\n");
        for (int index = 0; index < Partitions.Length; index++)
        {
            PartitionPlan partition = Partitions[index];
            text.Append($"  partition {index}: replicas [{string.Join(',', partition.Replicas)}] " +
                $"min.insync {partition.Options.MinInsyncReplicas}" +
                (partition.Options.CommitsFlushed ? " flushed" : "") + (partition.AllowsUnclean ? " unclean" : "") + "\n");
        }

        if (Rdma is not null) text.Append($"  {Rdma}\n");
        foreach (ProducerPlan producer in Producers) text.Append($"  {producer}\n");
        foreach (Fault fault in Faults) text.Append($"  {fault}\n");
        return text.ToString();
    }
}
