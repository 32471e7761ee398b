using System.Globalization;
using LogStore.Client;

namespace LogStore.Cli.Cluster.Status;

/// <summary>A link between two brokers, as one of them sees it.</summary>
/// <param name="BrokerId">The broker that says so.</param>
/// <param name="PeerId">The broker at the other end.</param>
/// <param name="Transport">What carries it: <c>rdma</c> or <c>tcp</c>.</param>
/// <param name="IsUp">Whether it is up.</param>
/// <param name="Reason">Why it is as it is; null if nothing is said.</param>
internal sealed record LinkHealth(int BrokerId, int PeerId, string Transport, bool IsUp, string? Reason)
{
    private const string Prefix = "replication.link.";

    /// <summary>Reads what a broker says of its links among its settings: <c>rdma up: REASON</c>.</summary>
    public static IEnumerable<LinkHealth> Of(int brokerId, IReadOnlyList<ConfigEntry> settings)
    {
        foreach (ConfigEntry entry in settings)
        {
            if (!entry.Name.StartsWith(Prefix, StringComparison.Ordinal) ||
                !int.TryParse(entry.Name.AsSpan(Prefix.Length), CultureInfo.InvariantCulture, out int peer)) continue;
            string[] parts = (entry.Value ?? "").Split(": ", 2);
            string[] words = parts[0].Split(' ');
            yield return new LinkHealth(brokerId, peer, words[0], words is [_, "up"], parts.Length > 1 ? parts[1] : null);
        }
    }

    /// <summary>Of each link the word of the lower broker, and of the other one where that says nothing.</summary>
    public static IReadOnlyList<LinkHealth> OnceEach(IEnumerable<LinkHealth> links) =>
    [
        .. links.OrderBy(link => link.BrokerId)
            .DistinctBy(link => (Math.Min(link.BrokerId, link.PeerId), Math.Max(link.BrokerId, link.PeerId)))
            .OrderBy(link => Math.Min(link.BrokerId, link.PeerId)).ThenBy(link => Math.Max(link.BrokerId, link.PeerId)),
    ];
}
