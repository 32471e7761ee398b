using System.Text;

namespace LogStore.Cli.Output;

/// <summary>Columns of text, aligned by spaces: read by people, and by tools that split at white space.</summary>
/// <param name="titles">The columns' titles; one that begins with '>' is aligned to the right, without that sign.</param>
internal sealed class TextTable(params string[] titles)
{
    private readonly List<string[]> _rows = [[.. titles.Select(title => title.TrimStart('>'))]];

    /// <summary>Adds a row with a cell for each title.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <inheritdoc/>
    public override string ToString()
    {
        int[] widths = [.. titles.Select((_, column) => _rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        foreach (string[] row in _rows)
        {
            StringBuilder line = new();
            for (int column = 0; column < row.Length; column++)
            {
                if (column > 0) line.Append("  ");
                line.Append(titles[column].StartsWith('>')
                    ? row[column].PadLeft(widths[column]) : row[column].PadRight(widths[column]));
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
