using System.Diagnostics;
using System.Net.Sockets;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Diagnostics;

/// <summary>WRITEs in one direction, as many at a time as the send queue takes, in chains of which the last reports.</summary>
internal sealed class BandwidthProbe
{
    private const int ChainLength = 16;
    private const int ChainsUnderWay = 6;

    private readonly ProbeEndpoint _endpoint;
    private readonly Socket _control;
    private readonly WorkRequest[] _chain = new WorkRequest[ChainLength];
    private readonly WorkCompletion[] _completions = new WorkCompletion[ChainsUnderWay];

    public BandwidthProbe(ProbeEndpoint endpoint, Socket control)
    {
        _control = control;
        _endpoint = endpoint;
        WorkRequest silent = WorkRequest.Write(0, endpoint.Outgoing, endpoint.Remote, endpoint.InlineIfSmall);
        _chain.AsSpan().Fill(silent);
        _chain[^1] = WorkRequest.Write(
            0, endpoint.Outgoing, endpoint.Remote, endpoint.InlineIfSmall | WorkRequestOptions.Signaled);
    }

    public BandwidthResult Run(TimeSpan duration)
    {
        long started = Stopwatch.GetTimestamp(), posted = 0, confirmed = 0;
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            for (; posted - confirmed < ChainsUnderWay; posted++) Post();
            confirmed += AwaitChains();
        }

        while (confirmed < posted) confirmed += AwaitChains();
        return new BandwidthResult(confirmed * ChainLength, _endpoint.Bytes, Stopwatch.GetElapsedTime(started));
    }

    private void Post()
    {
        if (_endpoint.QueuePair.TryPost(_chain) < ChainLength) throw new ProbeException("The send queue is full.");
    }

    private int AwaitChains()
    {
        int taken;
        for (SpinLimit limit = new(SpinLimit.Polls); (taken = _endpoint.Sends.Poll(_completions)) == 0;)
        {
            if (!limit.Spin(_control)) throw new ProbeException("The peer ended the measurement.");
        }

        foreach (ref readonly WorkCompletion completion in _completions.AsSpan(0, taken))
        {
            if (!completion.IsSuccess) ProbeEndpoint.ThrowFailed(completion);
        }

        return taken;
    }
}
