using Xunit;

namespace LogStore.Simulation.Tests;

/// <summary>The simulator bites: a protocol with a mistake in it does not get through.</summary>
public sealed class MutationTests
{
    private const int MostSeeds = 2000;

    public static TheoryData<string> Names => [.. All.Select(mutation => mutation.Name)];

    private static IEnumerable<Mutation> All => Mutations.All.Concat(StagingMutations.All);

    [Theory]
    [MemberData(nameof(Names))]
    public void AMistakeIsFound(string name)
    {
        Mutation mutation = All.Single(each => each.Name == name);
        using MutatedProtocol protocol = new(mutation);
        (ulong seed, string? failure) = FindFailure(protocol, MostSeeds);
        Assert.True(failure is not null, $"no seed up to {MostSeeds} finds: {name}. {mutation.Why}");
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {failure}");
    }

    [Fact]
    public void WithoutAMistakeTheSameSeedsFindNothing()
    {
        using MutatedProtocol protocol = new(null);
        (ulong seed, string? failure) = FindFailure(protocol, MostSeeds);
        Assert.True(failure is null, $"seed {seed}: {failure}");
    }

    private static (ulong Seed, string? Failure) FindFailure(MutatedProtocol protocol, int seeds)
    {
        Func<ulong, string?> failureOf = protocol.FailureOf;
        Lock gate = new();
        (ulong Seed, string? Failure) found = (0, null);
        // Rare ones are known by a seed that found them.
        IEnumerable<ulong> all = Sources.KnownSeeds.Concat(Enumerable.Range(1, seeds).Select(seed => (ulong)seed));
        Parallel.ForEach(all, (seed, loop) =>
        {
            if (failureOf(seed) is not { } failure) return;
            lock (gate) found = (seed, failure);
            loop.Stop();
        });
        return found;
    }
}
