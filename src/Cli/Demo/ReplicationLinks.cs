using LogStore.Cli.Cluster.Status;
using LogStore.Client;

namespace LogStore.Cli.Demo;

/// <summary>
/// Over what brokers replicate to one another, in their own words. The one place where the demo asks for that.
/// </summary>
internal static class ReplicationLinks
{
    /// <summary>How long links may take to be up: they are made when there is something to replicate.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks brokers what carries the links between them, once all of them say that they are up.</summary>
    /// <returns>The transports, each with a reason that a broker gives; what is known by then, if patience ends.</returns>
    public static async Task<string> FindAsync(
        AdminClient admin, IReadOnlyCollection<int> brokers, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        LinkHealth[] links = [];
        try
        {
            while (true)
            {
                links = await AskAsync(admin, brokers, limit.Token);
                if (links.Length > 0 && links.All(link => link.IsUp)) break;
                await Task.Delay(Pause, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Then what was heard last is told.
        }

        string[] words =
        [
            .. links.GroupBy(link => link.Transport + (link.IsUp ? "" : ", down"), StringComparer.Ordinal)
                .OrderBy(each => each.Key, StringComparer.Ordinal)
                .Select(each => each.First().Reason is { } reason ? $"{each.Key} ({reason})" : each.Key),
        ];
        return words.Length == 0 ? "unknown" : string.Join("; ", words);
    }

    private static async Task<LinkHealth[]> AskAsync(
        AdminClient admin, IReadOnlyCollection<int> brokers, CancellationToken cancellationToken)
    {
        List<LinkHealth> links = [];
        foreach (int id in brokers)
        {
            links.AddRange(LinkHealth.Of(
                id, await admin.DescribeConfigsAsync(ConfigResource.Broker(id), cancellationToken)));
        }

        // One to a broker that was killed is no part of the question.
        return [.. LinkHealth.OnceEach(links.Where(link => brokers.Contains(link.PeerId)))];
    }
}
