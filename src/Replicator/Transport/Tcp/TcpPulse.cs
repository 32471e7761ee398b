namespace LogStore.Replicator.Transport.Tcp;

/// <summary>
/// Gives signs of life, and looks for those of others, on a thread of its own: a broker whose thread pool is busy for seconds
/// is slow, but not dead.
/// </summary>
internal sealed class TcpPulse(ReplicaTransportOptions options, TcpLinkMaker maker)
{
    /// <summary>Runs until it is cancelled.</summary>
    public void Run(CancellationToken stopping)
    {
        long last = options.TimeProvider.GetTimestamp();
        while (!stopping.WaitHandle.WaitOne(options.HeartbeatInterval))
        {
            long now = options.TimeProvider.GetTimestamp();
            // Had this process been stopped itself, then what others sent meanwhile is there but was not received yet.
            bool wasStopped = options.TimeProvider.GetElapsedTime(last, now) > options.LinkTimeout / 2;
            maker.Tick(canJudge: !wasStopped);
            last = now;
        }
    }
}
