using System.Diagnostics;

namespace LogStore.Bench.Running;

/// <summary>
/// Several ways to do the same thing, measured in turns: every round runs each contestant once, so that whatever else the
/// machine does falls on all of them, and ratios are taken within a round before their median is.
/// </summary>
/// <param name="title">What they all do.</param>
/// <param name="metrics">What a run of a contestant returns, in this order.</param>
internal sealed class Contest(string title, params Metric[] metrics)
{
    private readonly List<Contestant> _contestants = [];
    private readonly List<Target> _targets = [];

    public string Title => title;

    public IReadOnlyList<Metric> Metrics => metrics;

    public IReadOnlyList<Contestant> Contestants => _contestants;

    public IReadOnlyList<Target> Targets => _targets;

    /// <summary>Rounds to run, where the scenario needs other than the usual number.</summary>
    public int? Rounds { get; init; }

    /// <summary>How long each contestant runs unmeasured, where it is not the usual time; zero for not at all.</summary>
    public TimeSpan? WarmUp { get; init; }

    /// <summary>What is done, unmeasured, before every run of a contestant.</summary>
    public Action? Prepare { get; init; }

    /// <summary>Adds a contestant; the first is the one that the others are compared with.</summary>
    /// <param name="name">What the tables call it.</param>
    /// <param name="run">One round: returns a value for each metric.</param>
    public Contest Add(string name, Func<double[]> run)
    {
        _contestants.Add(new Contestant(name, run));
        return this;
    }

    /// <summary>Reports the ratio of two contestants, and whether it reaches a bound when there is one.</summary>
    public Contest Compare(string name, string with, int metric = 0, double? atLeast = null, double? atMost = null)
    {
        _targets.Add(new Target(IndexOf(name), IndexOf(with), metric, atLeast, atMost));
        return this;
    }

    /// <summary>The values by contestant, metric and round.</summary>
    public Samples[][] Run(BenchOptions options)
    {
        TimeSpan warmUp = WarmUp ?? options.WarmUp;
        foreach (Contestant contestant in _contestants)
        {
            long started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < warmUp) RunOne(contestant, options.Stop);
        }

        int rounds = Rounds ?? options.Rounds;
        Samples[][] results = [.. _contestants.Select(_ => metrics.Select(_ => new Samples()).ToArray())];
        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < _contestants.Count; turn++)
            {
                int index = (round + turn) % _contestants.Count; // Nobody always comes first.
                double[] values = RunOne(_contestants[index], options.Stop);
                for (int metric = 0; metric < metrics.Length; metric++) results[index][metric].Add(values[metric]);
            }
        }

        return results;
    }

    private double[] RunOne(Contestant contestant, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        Prepare?.Invoke();
        return contestant.Run();
    }

    private int IndexOf(string name) => _contestants.FindIndex(contestant => contestant.Name == name);
}

/// <summary>One way to do it.</summary>
internal sealed record Contestant(string Name, Func<double[]> Run);

/// <summary>A ratio of two contestants in one metric, and its bounds, if any.</summary>
internal sealed record Target(int Contestant, int Base, int Metric, double? AtLeast, double? AtMost);
