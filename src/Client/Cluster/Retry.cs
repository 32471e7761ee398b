using LogStore.Client.Connections;

namespace LogStore.Client.Cluster;

/// <summary>Calls again as long as that can help and there is time.</summary>
internal static class Retry
{
    /// <summary>
    /// Runs <paramref name="call"/> until it succeeds, fails for good, or <paramref name="limit"/> is over.
    /// </summary>
    /// <exception cref="ClientException">The last error.</exception>
    public static async Task<T> RunAsync<T>(
        ClusterClient cluster, TimeSpan limit, Func<CancellationToken, Task<T>> call,
        CancellationToken cancellationToken)
    {
        ClientOptions options = cluster.Options;
        long start = options.TimeProvider.GetTimestamp();
        for (int failures = 1; ; failures++)
        {
            try
            {
                return await call(cancellationToken).ConfigureAwait(false);
            }
            catch (ClientException e) when (e.IsTransient)
            {
                TimeSpan pause = Backoff.After(failures, options.RetryBackoff, options.RetryBackoffMax);
                if (options.TimeProvider.GetElapsedTime(start) + pause >= limit) throw;
                await Task.Delay(pause, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>As <see cref="RunAsync{T}"/>, for a call without a result.</summary>
    public static Task RunAsync(
        ClusterClient cluster, TimeSpan limit, Func<CancellationToken, Task> call,
        CancellationToken cancellationToken) =>
        RunAsync(cluster, limit, async token =>
        {
            await call(token).ConfigureAwait(false);
            return true;
        }, cancellationToken);
}
