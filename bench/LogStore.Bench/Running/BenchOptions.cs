namespace LogStore.Bench.Running;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        usage: LogStore.Bench [SCENARIO...] [--quick] [--markdown] [--dir DIR]
          --quick     a tenth of the time and the data: shows that it works, not how fast it is
          --markdown  tables for docs/BENCHMARKS.md
          --dir DIR   where the data goes; it must be on the disk to be measured (default: artifacts/bench-data)
        scenarios (default: all):

        """;

    private IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Fewer rounds over less data.</summary>
    public bool Quick { get; init; }

    public bool Markdown { get; init; }

    public string Directory { get; init; } = Path.Combine("artifacts", "bench-data");

    /// <summary>Asks the run to end: it does so between two rounds, and leaves nothing behind.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>How long each contestant runs before it is measured: the JIT needs about a second to settle.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Quick ? 0.3 : 2);

    /// <summary>How often every contestant runs: odd, so that the median is a value that was measured.</summary>
    public int Rounds => Quick ? 3 : 7;

    public bool Selects(Scenario scenario) => Names.Count == 0 || Names.Contains(scenario.Name);

    /// <summary>Reads the arguments; null, and why, when they make no sense.</summary>
    public static BenchOptions? TryParse(string[] args, IEnumerable<Scenario> scenarios, out string problem)
    {
        problem = "";
        BenchOptions options = new();
        HashSet<string> known = [.. scenarios.Select(scenario => scenario.Name)];
        for (int index = 0; index < args.Length; index++)
        {
            switch (args[index])
            {
                case "--quick": options = options with { Quick = true }; break;
                case "--markdown": options = options with { Markdown = true }; break;
                case "--dir" when index + 1 < args.Length: options = options with { Directory = args[++index] }; break;
                case var name when known.Contains(name): options = options with { Names = [.. options.Names, name] }; break;
                default:
                    problem = $"'{args[index]}' is neither an option nor one of: {string.Join(", ", known)}";
                    return null;
            }
        }

        return options;
    }
}
