using LogStore.Simulation.Plans;
using Xunit;

namespace LogStore.Simulation.Tests;

/// <summary>The real protocol under simulation.</summary>
public sealed class SimulationTests
{
    private const int Seeds = 2000;

    [Fact]
    public void TheProtocolKeepsItsPromisesWhateverHappens() =>
        Run([.. Enumerable.Range(1, Seeds).Select(seed => (ulong)seed)]);

    [Fact]
    public void WhatFailedOnceDoesNotFailAgain() => Run([.. Sources.KnownSeeds]);

    /// <summary>Here a schedule "fails" if it has a fault of some kind in it: that has to be all that stays.</summary>
    [Fact]
    public void AFailingScheduleIsMadeSmall()
    {
        Plan plan = Enumerable.Range(1, 100).Select(seed => PlanGenerator.Create((ulong)seed))
            .First(each => each.Rdma is not null);
        FaultKind kind = plan.Faults[0].Kind;
        Plan smallest = Shrinker.Shrink(plan, candidate => candidate.Faults.Any(fault => fault.Kind == kind));
        Assert.Single(smallest.Faults);
        Assert.Equal(kind, smallest.Faults[0].Kind);
        Assert.Empty(smallest.Producers);
        Assert.Null(smallest.Rdma);
    }

    [Fact]
    public void ASeedIsTheSameRunEachTime()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            Outcome first = Simulator.Run(seed);
            Outcome second = Simulator.Run(seed, isTraced: true);
            Assert.Equal(first.Hash, second.Hash);
            Assert.Equal(first.Steps, second.Steps);
        }
    }

    [Fact]
    public void SeedsAreDifferentRuns() =>
        Assert.Equal(20, Enumerable.Range(1, 20).Select(seed => Simulator.Run((ulong)seed).Hash).Distinct().Count());

    /// <summary>A simulation in which nothing happens finds nothing.</summary>
    [Fact]
    public void SomethingHappens()
    {
        Figures figures = new();
        for (ulong seed = 1; seed <= 100; seed++) figures.Add(Simulator.Run(seed).Figures);
        Assert.True(
            figures is { Elections: > 300, Acknowledged: > 5000, Truncations: > 20, Resets: > 0, ExcusedLosses: > 0 } &&
            figures is { Entries: > 5000, Pieces: > 500, Pads: > 500, Torn: > 0, Fenced: > 20, Strays: > 20 } &&
            figures.Refusals >= figures.Strays / 2 &&
            figures.ExcusedLosses < figures.Elections / 10, figures.ToString());
    }

    private static void Run(ulong[] seeds)
    {
        Outcome?[] failures = new Outcome?[seeds.Length];
        Parallel.For(0, seeds.Length, index =>
        {
            Outcome outcome = Simulator.Run(seeds[index]);
            if (outcome.Checker is not null) failures[index] = outcome;
        });
        if (failures.FirstOrDefault(each => each is not null) is not { } failure) return;
        Plan smallest = Shrinker.Shrink(PlanGenerator.Create(failure.Seed), failure.Checker!);
        Assert.Fail(
            $"{failures.Count(each => each is not null)} of {seeds.Length} seeds fail; `./dev sim {failure.Seed}` " +
            $"repeats the first: {failure.Message}\nIts smallest schedule:\n{smallest}");
    }
}
