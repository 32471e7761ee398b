namespace LogStore.Bench.Running;

/// <summary>A question, and the contests that answer it.</summary>
internal abstract class Scenario
{
    /// <summary>The word that selects it on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The question, on one line.</summary>
    public abstract string Summary { get; }

    public abstract Task RunAsync(BenchContext context);
}

/// <summary>What a scenario is given to work with.</summary>
internal sealed record BenchContext(BenchOptions Options, WorkDirectory Work, Report Report)
{
    /// <summary>One of two values: the first when <c>--quick</c> was asked for.</summary>
    public int Pick(int quick, int full) => Options.Quick ? quick : full;

    /// <summary>Runs a contest and reports it.</summary>
    public void Run(Contest contest) => Report.Add(contest, contest.Run(Options));
}
