namespace LogStore.Replicator.Rdma.Links;

/// <summary>
/// When it is time to try a peer again that could not be reached over the device, although both ends have one: after twice as
/// long each time. Thread-safe.
/// </summary>
internal sealed class PeerTrials(TimeProvider clock)
{
    /// <summary>The first wait.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Trial> _trials = [];

    /// <summary>Why a peer is not to be tried now; null when it is.</summary>
    public string? WhyNot(int brokerId)
    {
        lock (_gate)
        {
            if (!_trials.TryGetValue(brokerId, out Trial trial)) return null;
            TimeSpan left = trial.Wait - clock.GetElapsedTime(trial.Since);
            return left > TimeSpan.Zero ? $"{trial.Reason} (to be tried again within {trial.Wait.TotalSeconds:F0} s)" : null;
        }
    }

    /// <summary>A trial was in vain.</summary>
    public void Fail(int brokerId, string reason)
    {
        lock (_gate)
        {
            TimeSpan wait = _trials.TryGetValue(brokerId, out Trial last) ? last.Wait * 2 : Least;
            _trials[brokerId] = new Trial(reason, clock.GetTimestamp(), wait < Most ? wait : Most);
        }
    }

    /// <summary>A link that lasted has shown that all is well.</summary>
    public void Succeed(int brokerId)
    {
        lock (_gate) _trials.Remove(brokerId);
    }

    private readonly record struct Trial(string Reason, long Since, TimeSpan Wait);
}
