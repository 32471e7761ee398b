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
        bool met = !(ratio < target.AtLeast) && !(ratio > target.AtMost);
        if (met) _met++;
        else _missed++;
        return met ? "met" : "MISSED";
    }
}
