namespace LogStore.Bench.Running;

/// <summary>Rows of cells under a head, printed in columns or as Markdown.</summary>
internal sealed class Table(string[] head)
{
    private readonly List<string[]> _rows = [];

    public void Add(string[] row) => _rows.Add(row);

    public void Print(TextWriter output, bool markdown)
    {
        int[] widths = [.. head.Select((title, column) => _rows.Max(row => Math.Max(row[column].Length, title.Length)))];
        PrintRow(output, head, widths, markdown);
        if (markdown) PrintRow(output, [.. widths.Select((width, column) => Rule(width, column))], widths, markdown);
        foreach (string[] row in _rows) PrintRow(output, row, widths, markdown);
    }

    private static string Rule(int width, int column) =>
        column == 0 ? new string('-', width) : new string('-', Math.Max(1, width - 1)) + ":";

    /// <summary>The first column stands to the left, figures to the right.</summary>
    private static void PrintRow(TextWriter output, string[] row, int[] widths, bool markdown)
    {
        IEnumerable<string> cells = row.Select((cell, column) =>
            column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
        output.WriteLine(markdown ? $"| {string.Join(" | ", cells)} |" : $"  {string.Join("   ", cells)}".TrimEnd());
    }
}
