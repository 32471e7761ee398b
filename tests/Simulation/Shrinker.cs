using LogStore.Simulation.Plans;

namespace LogStore.Simulation;

/// <summary>Makes a failing plan smaller: leaves out faults and work, as long as the same checker fails.</summary>
internal static class Shrinker
{
    private const int MostRuns = 600;

    /// <summary>Shrinks a plan that a checker fails.</summary>
    public static Plan Shrink(Plan plan, string checker) =>
        Shrink(plan, candidate => Simulator.Run(candidate).Checker == checker);

    public static Plan Shrink(Plan plan, Predicate<Plan> fails)
    {
        int runs = 0;
        bool isSmaller = true;
        while (isSmaller && runs < MostRuns)
        {
            isSmaller = false;
            foreach (Plan candidate in Candidates(plan))
            {
                if (++runs > MostRuns || !fails(candidate)) continue;
                plan = candidate;
                isSmaller = true;
                break;
            }
        }

        return plan;
    }

    /// <summary>What is smaller by one step, the largest steps first.</summary>
    private static IEnumerable<Plan> Candidates(Plan plan)
    {
        for (int size = plan.Faults.Length / 2; size >= 1; size /= 2)
        {
            for (int index = 0; index + size <= plan.Faults.Length; index += size)
                yield return plan with { Faults = plan.Faults.RemoveRange(index, size) };
        }

        for (int index = 0; index < plan.Producers.Length; index++)
            yield return plan with { Producers = plan.Producers.RemoveAt(index) };
        if (plan.Rdma is { } rdma)
        {
            yield return plan with { Rdma = null };
            if (rdma.StrayPerMille > 0) yield return plan with { Rdma = rdma with { StrayPerMille = 0 } };
        }

        if (plan.LossPerMille > 0) yield return plan with { LossPerMille = 0 };
        for (int index = 0; index < plan.Producers.Length; index++)
        {
            ProducerPlan producer = plan.Producers[index];
            if (producer.Batches > 3)
                yield return plan with { Producers = plan.Producers.SetItem(index, producer with { Batches = producer.Batches / 2 }) };
        }
    }
}
