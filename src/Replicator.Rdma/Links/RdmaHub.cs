using System.Collections.Concurrent;
using System.Net;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Links;

/// <summary>
/// An opened device with what its links share: a protection domain, a completion queue, and the thread that polls it. It is
/// closed when the device is gone, and another one made when it is back.
/// </summary>
internal sealed class RdmaHub : ICompletionHandler, IDisposable
{
    /// <summary>How many links there can be at a time; the completion queue takes all that their queues can hold.</summary>
    private const int MostLinks = 32;

    private static uint s_number;

    private readonly Action<int, string?> _onLinkDown;
    private readonly CompletionChannel _channel;
    private readonly CompletionQueue _completions;
    private readonly Poller _poller;
    private readonly ConcurrentDictionary<uint, RdmaLink> _links = new();
    private readonly int _maxLinks;
    private volatile string? _closeReason;

    /// <param name="port">The device and the port on it; the hub owns it from now on.</param>
    /// <param name="ringBytes">The size of each link's ring.</param>
    /// <param name="polling">How to wait for completions.</param>
    /// <param name="onLinkDown">Told of a link that is down, and why what carries it has failed; null when it has not.</param>
    /// <exception cref="RdmaException">The device does not give what it takes.</exception>
    public RdmaHub(RdmaPort port, int ringBytes, PollerOptions polling, Action<int, string?> onLinkDown)
    {
        const int PerLink = RdmaLinkLayout.Sends + RdmaLinkLayout.Receives;
        Port = port;
        RingBytes = ringBytes;
        _onLinkDown = onLinkDown;
        try
        {
            _maxLinks = Math.Clamp(port.Context.QueryDevice().MaxCompletions / PerLink, 1, MostLinks);
            Domain = port.Context.AllocateProtectionDomain();
            Staging = new StagingRegions(Domain);
            _channel = port.Context.CreateCompletionChannel();
            _completions = port.Context.CreateCompletionQueue(_maxLinks * PerLink, _channel);
            _poller = new Poller(_completions, this, polling);
        }
        catch
        {
            DisposeAll();
            throw;
        }
    }

    public RdmaPort Port { get; }

    /// <summary>The device's name.</summary>
    public string Name => Port.Context.Device.Name;

    /// <summary>The device and the address that it sends from, for people.</summary>
    public string Description
    {
        get
        {
            IPAddress address = Port.Source.Gid.ToIPAddress();
            return $"{Name} port {Port.Number}, {(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}";
        }
    }

    public ProtectionDomain Domain { get; }

    /// <summary>What logs stage in, to be sent from there.</summary>
    public StagingRegions Staging { get; }

    public int RingBytes { get; }

    /// <summary>What has ended the poller; null while all is well.</summary>
    public Exception? Fault => _poller.Fault;

    /// <summary>Takes in a link.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="LinkRefusedException">There are too many, or the device is about to be closed.</exception>
    public uint Enter(RdmaLink link)
    {
        if (_links.Count >= _maxLinks) throw new LinkRefusedException($"{Name} carries {_maxLinks} links already");
        uint number = Interlocked.Increment(ref s_number);
        _links[number] = link;
        if (_closeReason is not { } reason) return number;
        _links.TryRemove(number, out _);
        throw new LinkRefusedException(reason);
    }

    /// <summary>A link has let go of everything.</summary>
    public void Leave(uint number) => _links.TryRemove(number, out _);

    /// <summary>Tells that a link is down.</summary>
    public void OnLinkDown(int brokerId, string? failure) => _onLinkDown(brokerId, failure);

    public RcQueuePair CreateQueuePair() => Domain.CreateRcQueuePair(new QueuePairOptions
    {
        SendQueue = _completions,
        ReceiveQueue = _completions,
        MaxSendWorkRequests = RdmaLinkLayout.Sends,
        MaxReceiveWorkRequests = RdmaLinkLayout.Receives,
        MaxSegments = 2, // A frame's header, and its records where they lie.
    });

    /// <summary>Takes all links down; there are no others from now on.</summary>
    public void BeginClose(string reason)
    {
        _closeReason = reason;
        foreach (RdmaLink link in _links.Values) link.Lose(reason);
    }

    /// <summary>Whether no link holds anything of the device any more.</summary>
    public bool IsEmpty => _links.IsEmpty;

    public void OnCompletions(ReadOnlySpan<WorkCompletion> completions)
    {
        // Runs of the same link, as they come when one is busy, are handed over together.
        while (!completions.IsEmpty)
        {
            uint number = WorkId.Of(completions[0].Id).Link;
            int length = 1;
            while (length < completions.Length && WorkId.Of(completions[length].Id).Link == number) length++;
            // What a link that is gone has left behind in the queue is nobody's.
            if (_links.TryGetValue(number, out RdmaLink? link)) link.OnCompletions(completions[..length]);
            completions = completions[length..];
        }
    }

    public void Dispose()
    {
        BeginClose("this broker is stopping");
        DisposeAll();
    }

    private void DisposeAll()
    {
        _poller?.Dispose();
        _completions?.Dispose();
        _channel?.Dispose();
        Staging?.Dispose();
        Domain?.Dispose();
        Port.Dispose();
    }
}
