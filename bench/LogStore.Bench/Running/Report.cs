using System.Globalization;

namespace LogStore.Bench.Running;

/// <summary>Prints what was measured, as plain text or as Markdown, and counts the targets that were missed.</summary>
internal sealed class Report(TextWriter output, bool markdown)
{
    private int _met;
    private int _missed;

    public void Heading(string name, string summary) =>
        output.WriteLine(markdown ? $"\n## {name}\n{summary}\n" : $"\n=== {name}: {summary}");

    public void Text(string text) => output.WriteLine(text);

    public void Add(Contest contest, Samples[][] results)
    {
        output.WriteLine(markdown ? $"\n**{contest.Title}**\n" : $"\n{contest.Title}");
        Table table = new(["", .. contest.Metrics.Select(metric => metric.Name)]);
        for (int index = 0; index < results.Length; index++)
            table.Add([contest.Contestants[index].Name, .. contest.Metrics.Zip(results[index], Show)]);
        table.Print(output, markdown);
        if (contest.Targets.Count == 0) return;

        output.WriteLine();
        Table ratios = new(["ratio", "median [min–max]", "target", ""]);
        foreach (Target target in contest.Targets)
        {
            Samples ratio = results[target.Contestant][target.Metric].Over(results[target.Base][target.Metric]);
            ratios.Add([Name(contest, target), Show(Ratio, ratio), Bound(target), Verdict(target, ratio.Median)]);
        }

        ratios.Print(output, markdown);
    }

    /// <summary>Prints a table that no contest has made.</summary>
    public void Add(string title, Table table)
    {
        output.WriteLine(markdown ? $"\n**{title}**\n" : $"\n{title}");
        table.Print(output, markdown);
    }

    /// <summary>Says whether a value stays below a bound.</summary>
    public void Require(string name, double value, double below)
    {
        string verdict = Verdict(value < below);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{name} {value:F0}, target below {below:F0}: {verdict}"));
    }

    /// <summary>Says how many targets were met.</summary>
    public void Finish()
    {
        if (_met + _missed > 0) output.WriteLine($"\n{_met} targets met, {_missed} missed");
    }

    private static Metric Ratio { get; } =
        new("", value => value.ToString(value < 10 ? "F2" : "F1", CultureInfo.InvariantCulture));

    private static string Show(Metric metric, Samples samples) =>
        $"{metric.Format(samples.Median)} [{metric.Format(samples.Min)}–{metric.Format(samples.Max)}]";

    private static string Name(Contest contest, Target target)
    {
        string pair = $"{contest.Contestants[target.Contestant].Name} / {contest.Contestants[target.Base].Name}";
        return contest.Metrics.Count == 1 ? pair : $"{pair}, {contest.Metrics[target.Metric].Name}";
    }

    private static string Bound(Target target) => target switch
    {
        { AtLeast: { } least } => $"≥ {Ratio.Format(least)}",
        { AtMost: { } most } => $"≤ {Ratio.Format(most)}",
        _ => "",
    };

    private string Verdict(Target target, double ratio)
    {
        if (target is { AtLeast: null, AtMost: null }) return "";
        return Verdict(!(ratio < target.AtLeast) && !(ratio > target.AtMost));
    }

    private string Verdict(bool met)
    {
        if (met) _met++;
        else _missed++;
        return met ? "met" : "MISSED";
    }
}
