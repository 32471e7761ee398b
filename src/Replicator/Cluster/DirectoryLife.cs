using System.Globalization;
using System.Text;
using LogStore.Topics;

namespace LogStore.Replicator.Cluster;

/// <summary>
/// What a data directory says of itself when a broker begins a new life on it: since when it has lost nothing. Kept in
/// <c>broker-life</c>, as lines of <c>key=value</c>.
/// </summary>
/// <param name="CreatedIn">The life in which the directory was made.</param>
/// <param name="IntactSince">The first life since which nothing was lost that had been appended.</param>
internal sealed record DirectoryLife(long CreatedIn, long IntactSince)
{
    public const string FileName = "broker-life";

    /// <summary>A start of the machine. What a process had written survives it, as long as the machine goes on.</summary>
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>Begins a life, and takes note of it: nothing may be appended before.</summary>
    /// <param name="directory">The directory, which is this broker's alone.</param>
    /// <param name="epoch">The number of the life.</param>
    /// <exception cref="CorruptLogException">The file is damaged.</exception>
    public static DirectoryLife Begin(DataDirectory directory, long epoch)
    {
        string boot = BootId();
        DirectoryLife life = new(epoch, epoch);
        if (directory.TryReadFile(FileName) is { } bytes)
        {
            Dictionary<string, string> before = Parse(bytes);
            if (!TryGet(before, "created.in", out long createdIn) || !TryGet(before, "intact.since", out long intactSince))
                throw new CorruptLogException(
                    Path.Combine(directory.Directory, FileName), 0, "it does not name created.in and intact.since");
            // What a process leaves in the page cache is lost with the machine only.
            bool isIntact = before.GetValueOrDefault("clean") == "true" ||
                (boot.Length > 0 && before.GetValueOrDefault("boot.id") == boot);
            life = new DirectoryLife(createdIn, isIntact ? intactSince : epoch);
        }

        life.Write(directory, boot, isClean: false);
        return life;
    }

    /// <summary>Ends the life: everything that was appended is durable.</summary>
    public void End(DataDirectory directory) => Write(directory, BootId(), isClean: true);

    private void Write(DataDirectory directory, string boot, bool isClean) => directory.ReplaceFile(
        FileName,
        Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"created.in={CreatedIn}\nintact.since={IntactSince}\nboot.id={boot}\nclean={(isClean ? "true" : "false")}\n")));

    private static string BootId() => File.Exists(BootIdPath) ? File.ReadAllText(BootIdPath).Trim() : "";

    private static Dictionary<string, string> Parse(byte[] bytes)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string line in Encoding.ASCII.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) values[line[..equals]] = line[(equals + 1)..];
        }

        return values;
    }

    private static bool TryGet(Dictionary<string, string> values, string key, out long value) =>
        long.TryParse(values.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
