using System.Diagnostics;
using System.Globalization;

namespace LogStore.Simulation;

/// <summary>The program: one seed with its trace, or many.</summary>
internal static class CommandLine
{
    private const int LastLines = 60;

    public static int Run(string[] arguments)
    {
        if (arguments is [string seed] && ulong.TryParse(seed, CultureInfo.InvariantCulture, out ulong number)) return Show(number);
        if (arguments is ["--shrink", string failing]) return Shrink(ulong.Parse(failing, CultureInfo.InvariantCulture));
        if (arguments is ["--shrink", string small, "--lines", string lines])
            return Shrink(ulong.Parse(small, CultureInfo.InvariantCulture), int.Parse(lines, CultureInfo.InvariantCulture));
        if (arguments is ["--seeds", string count] && int.TryParse(count, CultureInfo.InvariantCulture, out int seeds))
            return Search(1, seeds, TimeSpan.MaxValue);
        if (arguments is ["--seeds", string many, "--from", string from])
            return Search(ulong.Parse(from, CultureInfo.InvariantCulture), int.Parse(many, CultureInfo.InvariantCulture), TimeSpan.MaxValue);
        if (arguments.Length == 0)
            return Search((ulong)Random.Shared.NextInt64(1L << 40), int.MaxValue, TimeSpan.FromMinutes(1));
        Console.Error.WriteLine("usage: Simulation [SEED | --seeds N [--from SEED] | --shrink SEED]");
        return 2;
    }

    /// <summary>A seed, with everything that happens.</summary>
    private static int Show(ulong seed)
    {
        Outcome outcome = Simulator.Run(seed, isTraced: true);
        Console.WriteLine(Plans.PlanGenerator.Create(seed));
        foreach (string line in outcome.Lines) Console.WriteLine(line);
        Report(outcome);
        return outcome.Checker is null ? 0 : 1;
    }

    private static int Shrink(ulong seed, int lines = LastLines)
    {
        Outcome outcome = Simulator.Run(seed);
        if (outcome.Checker is null)
        {
            Console.WriteLine($"seed {seed} does not fail");
            return 0;
        }

        Plans.Plan plan = Shrinker.Shrink(Plans.PlanGenerator.Create(seed), outcome.Checker);
        outcome = Simulator.Run(plan, isTraced: true);
        Console.WriteLine($"the smallest schedule that fails in the same way:\n{plan}");
        Console.WriteLine($"the last {lines} lines of its trace:");
        foreach (string line in outcome.Lines.TakeLast(lines)) Console.WriteLine(line);
        Report(outcome);
        return 1;
    }

    private static int Search(ulong first, int count, TimeSpan time)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Outcome? worst = null;
        Figures figures = new();
        Lock gate = new();
        long done = 0;
        long steps = 0;
        TimeSpan told = TimeSpan.Zero;
        Parallel.For(0, count, (index, loop) =>
        {
            if (watch.Elapsed > time) loop.Break();
            Outcome outcome = Simulator.Run(first + (ulong)index);
            lock (gate)
            {
                done++;
                steps += outcome.Steps;
                figures.Add(outcome.Figures);
                if (outcome.Checker is not null)
                {
                    Console.WriteLine($"seed {outcome.Seed} FAILS: {Head(outcome.Message)}");
                    if (worst is null || outcome.Seed < worst.Seed) worst = outcome;
                }
                else if (watch.Elapsed - told > TimeSpan.FromSeconds(5))
                {
                    told = watch.Elapsed;
                    Console.WriteLine($"{done} seeds, {done / watch.Elapsed.TotalSeconds:F0}/s");
                }
            }
        });
        Console.WriteLine($"{done} seeds in {watch.Elapsed.TotalSeconds:F1} s, {done / watch.Elapsed.TotalSeconds:F0}/s, {steps / Math.Max(1, done)} events each");
        Console.WriteLine(figures);
        return worst is null ? 0 : Shrink(worst.Seed);
    }

    private static string Head(string? message) => message?.Split('\n')[0] ?? "";

    private static void Report(Outcome outcome) => Console.WriteLine(
        $"seed {outcome.Seed}: {(outcome.Checker is null ? "well" : outcome.Message)}\n" +
        $"{outcome.Steps} events, trace {outcome.Hash:x16}; {outcome.Figures}");
}
