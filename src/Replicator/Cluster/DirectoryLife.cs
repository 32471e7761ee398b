using System.Globalization;
using System.Text;
using LogStore.Topics;

namespace LogStore.Replicator.Cluster;

/// <summary>
/// What a data directory says of itself when a broker begins a new life on it: which life it was last used in, and since when it
/// has lost nothing. Kept in <c>broker-life</c>, as lines of <c>key=value</c>.
/// </summary>
/// <param name="Id">
/// Names the life, here and at the authority. A directory that does not name the broker's last life is an older copy, or another
/// one than the broker had by then.
/// </param>
/// <param name="CreatedIn">The life in which the directory was made.</param>
/// <param name="IntactSince">The first life since which nothing was lost that had been appended.</param>
internal sealed record DirectoryLife(string Id, long CreatedIn, long IntactSince)
{
    public const string FileName = "broker-life";

    /// <summary>A start of the machine. What a process had written survives it, as long as the machine goes on.</summary>
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>The life that is about to begin: if the authority knows it, it has begun, and has done nothing yet.</summary>
    private string NextId { get; init; } = "";

    private string BootId { get; init; } = "";

    private bool IsClean { get; init; }

    /// <summary>What an earlier life has left; null if there was none.</summary>
    /// <exception cref="CorruptLogException">The file is damaged.</exception>
    public static DirectoryLife? TryRead(DataDirectory directory)
    {
        if (directory.TryReadFile(FileName) is not { } bytes) return null;
        Dictionary<string, string> values = Parse(bytes);
        if (!TryGet(values, "created.in", out long createdIn) || !TryGet(values, "intact.since", out long intactSince))
            throw new CorruptLogException(
                Path.Combine(directory.Directory, FileName), 0, "it does not name created.in and intact.since");
        return new DirectoryLife(values.GetValueOrDefault("life", ""), createdIn, intactSince)
        {
            NextId = values.GetValueOrDefault("next.life", ""),
            BootId = values.GetValueOrDefault("boot.id", ""),
            IsClean = values.GetValueOrDefault("clean") == "true",
        };
    }

    /// <summary>Whether this directory is the one that the broker had in its last life.</summary>
    /// <param name="lastLife">The name of that life, as the authority has it; null if it knows of none.</param>
    public bool IsOf(string? lastLife) => lastLife is { Length: > 0 } && (lastLife == Id || lastLife == NextId);

    /// <summary>
    /// Takes note of a life before the authority does: a crash between the two leaves a directory that is known by both names.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="lastLife">The last life, of which this directory is.</param>
    /// <param name="nextLife">The one that is to begin.</param>
    public void Announce(DataDirectory directory, string lastLife, string nextLife) =>
        (this with { Id = lastLife, NextId = nextLife }).Write(directory);

    /// <summary>Begins a life, and takes note of it: nothing may be appended before.</summary>
    /// <param name="directory">The directory, which is this broker's alone.</param>
    /// <param name="last">What the broker's last life has left here; null if that was not here.</param>
    /// <param name="id">The name of the life.</param>
    /// <param name="epoch">The number of the life.</param>
    public static DirectoryLife Begin(DataDirectory directory, DirectoryLife? last, string id, long epoch)
    {
        string boot = File.Exists(BootIdPath) ? File.ReadAllText(BootIdPath).Trim() : "";
        // What a process leaves in the page cache is lost with the machine only.
        bool isIntact = last is not null && (last.IsClean || (boot.Length > 0 && last.BootId == boot));
        DirectoryLife life = new(id, last?.CreatedIn ?? epoch, isIntact ? last!.IntactSince : epoch) { BootId = boot };
        life.Write(directory);
        return life;
    }

    /// <summary>Ends the life: everything that was appended is durable.</summary>
    public void End(DataDirectory directory) => (this with { IsClean = true }).Write(directory);

    private void Write(DataDirectory directory) => directory.ReplaceFile(
        FileName,
        Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"life={Id}\nnext.life={NextId}\ncreated.in={CreatedIn}\nintact.since={IntactSince}\nboot.id={BootId}\n" +
            $"clean={(IsClean ? "true" : "false")}\n")));

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
