using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

public sealed class SpinBudgetTest
{
    private const long Limit = 1000;

    [Fact]
    public void ItSpinsWhileCompletionsComeSoonerThanTheLimit()
    {
        SpinBudget budget = new(Limit);
        for (int wait = 0; wait < 100; wait++)
        {
            Assert.Equal(Limit, budget.Ticks);
            budget.Add(wait % 2 == 0 ? 10 : 900);
        }
    }

    [Fact]
    public void ItStopsSpinningWhenTheyComeRarelyAndBeginsAgainWhenTheyComeOften()
    {
        SpinBudget budget = new(Limit);
        Assert.InRange(AddUntil(ref budget, 100 * Limit, ticks => ticks == 0), 2, 20);
        for (int wait = 0; wait < 20; wait++) budget.Add(100 * Limit);
        Assert.InRange(AddUntil(ref budget, 10, ticks => ticks == Limit), 2, 20);
    }

    [Fact]
    public void OneLongPauseChangesNothing()
    {
        SpinBudget budget = new(Limit);
        for (int turn = 0; turn < 20; turn++)
        {
            for (int wait = 0; wait < 10; wait++) budget.Add(20);
            budget.Add(long.MaxValue);
            Assert.Equal(Limit, budget.Ticks);
        }
    }

    [Fact]
    public void WithoutALimitItNeverSpins()
    {
        SpinBudget budget = new(0);
        budget.Add(10);
        Assert.Equal(0, budget.Ticks);
    }

    private static int AddUntil(ref SpinBudget budget, long wait, Func<long, bool> isSo)
    {
        int added = 0;
        for (; !isSo(budget.Ticks) && added < 100; added++) budget.Add(wait);
        return added;
    }
}
