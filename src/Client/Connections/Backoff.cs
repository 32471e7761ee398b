namespace LogStore.Client.Connections;

/// <summary>
/// Pauses that double, with a fifth of jitter so that clients do not come back all at once (KIP-580).
/// </summary>
internal static class Backoff
{
    /// <summary>The pause after <paramref name="failures"/> in a row, counted from 1.</summary>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        double pause = first.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30) - 1);
        double jitter = 0.8 + (0.4 * Random.Shared.NextDouble());
        return TimeSpan.FromMilliseconds(Math.Min(pause * jitter, longest.TotalMilliseconds));
    }
}
