using System.Globalization;
using System.Text;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>
/// Draws the table of <see cref="ReplicationRow"/> as SVG: for each number of followers the lone latency and the throughput, RDMA
/// beside TCP and perftest. Both scales are logarithmic, as sizes and times span four decades.
/// </summary>
internal static class ReplicationPlot
{
    private const int PanelWidth = 420, PanelHeight = 220, Left = 60, Top = 70, Gap = 70, BarWidth = 22;

    private static readonly (string Name, string Colour)[] Series =
        [("RDMA", "#1f6fb2"), ("TCP", "#e08a1e"), ("perftest (lone: with two appends)", "#8a8a8a")];

    /// <summary>Reads the table out of a benchmark's output, and draws it.</summary>
    public static string Of(string output)
    {
        string[][] rows = [.. output.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ', '\r').Split(" | ")).Where(cells => int.TryParse(cells[0], out _))];
        if (rows.Length == 0) throw new ArgumentException("There is no row of the table in the input.");
        string[] followers = [.. rows.Select(row => row[0]).Distinct()];
        int height = Top + (followers.Length * (PanelHeight + Gap));
        int width = (2 * (Left + PanelWidth)) + 20;
        StringBuilder svg = new();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add(svg, $"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>");
        Add(svg, $"<text x=\"{Left}\" y=\"22\" font-size=\"15\">Replication over Soft-RoCE in an emulated machine: overhead, not what RDMA hardware does</text>");
        for (int series = 0; series < Series.Length; series++)
        {
            int x = Left + (series * 90);
            Add(svg, $"<rect x=\"{x}\" y=\"34\" width=\"12\" height=\"12\" fill=\"{Series[series].Colour}\"/>");
            Add(svg, $"<text x=\"{x + 17}\" y=\"45\">{Series[series].Name}</text>");
        }

        for (int index = 0; index < followers.Length; index++)
        {
            string[][] own = [.. rows.Where(row => row[0] == followers[index])];
            int y = Top + (index * (PanelHeight + Gap));
            string whom = followers[index] == "1" ? "one follower" : $"{followers[index]} followers";
            Panel(svg, Left, y, $"{whom}: lone append, p50, µs", own, [2, 3, 4]);
            Panel(svg, (2 * Left) + PanelWidth, y, $"{whom}: pipelined, MiB/s to each", own, [7, 8, 9]);
        }

        Add(svg, $"</svg>");
        return svg.ToString();
    }

    private static void Panel(StringBuilder svg, int left, int top, string title, string[][] rows, int[] columns)
    {
        double[] values = [.. rows.SelectMany(row => columns.Select(column => Value(row[column])))];
        int low = (int)Math.Floor(Math.Log10(Math.Max(values.Min(), 0.01)));
        int high = (int)Math.Ceiling(Math.Log10(values.Max()));
        int bottom = top + PanelHeight;
        Add(svg, $"<text x=\"{left}\" y=\"{top - 8}\" font-weight=\"bold\">{title}</text>");
        for (int decade = low; decade <= high; decade++)
        {
            int y = Y(Math.Pow(10, decade));
            Add(svg, $"<line x1=\"{left}\" y1=\"{y}\" x2=\"{left + PanelWidth}\" y2=\"{y}\" stroke=\"#dddddd\"/>");
            Add(svg, $"<text x=\"{left - 6}\" y=\"{y + 4}\" text-anchor=\"end\">{Math.Pow(10, decade)}</text>");
        }

        for (int group = 0; group < rows.Length; group++)
        {
            int middle = left + (((2 * group) + 1) * PanelWidth / (2 * rows.Length));
            Add(svg, $"<text x=\"{middle}\" y=\"{bottom + 16}\" text-anchor=\"middle\">{rows[group][1]} B</text>");
            for (int bar = 0; bar < columns.Length; bar++)
            {
                double value = Value(rows[group][columns[bar]]);
                int x = middle + (((2 * bar) - columns.Length) * BarWidth / 2);
                int y = Y(value);
                Add(svg, $"<rect x=\"{x}\" y=\"{y}\" width=\"{BarWidth - 2}\" height=\"{bottom - y}\" fill=\"{Series[bar].Colour}\"/>");
                Add(svg, $"<text x=\"{x + (BarWidth / 2) - 1}\" y=\"{y - 3}\" text-anchor=\"middle\" font-size=\"8\">{value:G3}</text>");
            }
        }

        int Y(double value) =>
            bottom - (int)((Math.Log10(Math.Max(value, Math.Pow(10, low))) - low) / Math.Max(1, high - low) * PanelHeight);
    }

    // A cell is a median and, in brackets, its spread.
    private static double Value(string cell) => double.Parse(cell.Split(' ')[0], CultureInfo.InvariantCulture);

    private static void Add(StringBuilder svg, FormattableString line) =>
        svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
