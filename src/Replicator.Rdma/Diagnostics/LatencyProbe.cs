using System.Diagnostics;
using System.Net.Sockets;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Diagnostics;

/// <summary>
/// Messages to and fro, one at a time. Both sides run the same loop; the client begins each round, and measures it.
/// </summary>
internal sealed class LatencyProbe
{
    // The send queue's places are freed by every so many-th completion only.
    private const int SignalEvery = 32;
    private const int ReceivesAhead = 16;
    private const int MinWarmUpRounds = 10;

    // The runtime compiles what is called often once more, in the background, some 100 ms after it was called first.
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);

    private readonly ProbeEndpoint _endpoint;
    private readonly ProbeOperation _operation;
    private readonly Socket _control;
    private readonly WorkRequest _silent, _signaled;
    private int _sent;
    private byte _expected;
    private bool _awaitsCompletion, _receiveUsed;

    public LatencyProbe(ProbeEndpoint endpoint, ProbeOperation operation, Socket control)
    {
        _endpoint = endpoint;
        _operation = operation;
        _control = control;
        _silent = Request(endpoint.InlineIfSmall);
        _signaled = Request(endpoint.InlineIfSmall | WorkRequestOptions.Signaled);
    }

    /// <summary>Posts the first receives: before the peer may send anything.</summary>
    public static void Prepare(ProbeEndpoint endpoint, ProbeOperation operation)
    {
        if (operation == ProbeOperation.Write) return;
        for (int i = 0; i < ReceivesAhead; i++) endpoint.QueuePair.TryPostReceive(0, endpoint.Incoming);
    }

    public LatencyResult RunClient(int rounds)
    {
        long warming = Stopwatch.GetTimestamp();
        for (int i = 0; i < MinWarmUpRounds || Stopwatch.GetElapsedTime(warming) < WarmUp; i++) Round();
        long[] ticks = new long[rounds];
        for (int i = 0; i < ticks.Length; i++)
        {
            long started = Stopwatch.GetTimestamp();
            Round();
            ticks[i] = Stopwatch.GetTimestamp() - started;
        }

        return new LatencyResult(ticks);
    }

    /// <summary>Answers until the client closes its TCP connection.</summary>
    public void RunServer()
    {
        while (AwaitPeer())
        {
            Send();
            FreeSendQueue();
        }
    }

    private void Round()
    {
        Send();
        if (!AwaitPeer()) throw new ProbeException("The peer ended the measurement.");
        FreeSendQueue();
    }

    private void Send()
    {
        // A watched byte must change with each message: it counts them.
        _endpoint.OutgoingBytes[^1] = (byte)++_sent;
        _awaitsCompletion = _sent % SignalEvery == 0;
        if (!_endpoint.QueuePair.TryPost(_awaitsCompletion ? _signaled : _silent)) ThrowQueueFull();
        // While the message is on its way, as it is nobody's wait then; enough receives are posted ahead.
        if (_receiveUsed) _receiveUsed = !_endpoint.QueuePair.TryPostReceive(0, _endpoint.Incoming);
    }

    // After the answer has come, so that it costs the measured way nothing: by then the completion is there too.
    private void FreeSendQueue()
    {
        if (_awaitsCompletion) _endpoint.AwaitCompletion(_endpoint.Sends, _control);
    }

    private bool AwaitPeer()
    {
        _expected++;
        if (_operation == ProbeOperation.Write) return WatchMemory();
        return _receiveUsed = _endpoint.AwaitCompletion(_endpoint.Receives, _control);
    }

    // Devices place a message's bytes in order, the last one last; all RDMA programs that watch memory rely on it.
    private bool WatchMemory()
    {
        ref byte last = ref _endpoint.IncomingBytes[^1];
        for (SpinLimit limit = new(SpinLimit.Reads); Volatile.Read(ref last) != _expected;)
        {
            if (!limit.Spin(_control)) return false;
        }

        return true;
    }

    private WorkRequest Request(WorkRequestOptions options) => _operation switch
    {
        ProbeOperation.Send => WorkRequest.Send(0, _endpoint.Outgoing, options),
        ProbeOperation.WriteWithImmediate =>
            WorkRequest.WriteWithImmediate(0, _endpoint.Outgoing, _endpoint.Remote, 0, options),
        _ => WorkRequest.Write(0, _endpoint.Outgoing, _endpoint.Remote, options),
    };

    private static void ThrowQueueFull() => throw new ProbeException("The send queue is full.");
}
