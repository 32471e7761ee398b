using System.Collections.Concurrent;
using System.Threading.Channels;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;

namespace LogStore.Replicator.Tests.Transport.Support;

/// <summary>Notes what it is told, and objects to being told two things at once, or out of order.</summary>
internal sealed class TestReceiver : IReplicaReceiver
{
    private readonly Channel<IReplicaLink> _ups = Channel.CreateUnbounded<IReplicaLink>();
    private readonly Channel<IReplicaLink> _downs = Channel.CreateUnbounded<IReplicaLink>();
    private readonly Channel<ReplicaPeer> _refusals = Channel.CreateUnbounded<ReplicaPeer>();
    private readonly ConcurrentDictionary<int, IReplicaLink> _current = [];
    private readonly ConcurrentDictionary<IReplicaLink, int> _busy = [];

    public delegate void MessageHandler(IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload);

    public MessageHandler? Message { get; set; }

    public Action<IReplicaLink>? Drained { get; set; }

    /// <summary>Released at each <see cref="OnWritable"/>.</summary>
    public SemaphoreSlim Writable { get; } = new(0);

    public ConcurrentQueue<string> Objections { get; } = [];

    public Task<IReplicaLink> UpAsync() => NextAsync(_ups);

    public Task<IReplicaLink> DownAsync() => NextAsync(_downs);

    public Task<ReplicaPeer> RefusedAsync() => NextAsync(_refusals);

    /// <summary>Whether a link has come up that nobody asked for yet.</summary>
    public bool HasUp => _ups.Reader.Count > 0;

    public bool HasDown => _downs.Reader.Count > 0;

    public void OnLinkUp(IReplicaLink link) => Alone(link, () =>
    {
        if (!_current.TryAdd(link.BrokerId, link)) Objections.Enqueue("a second link came up before the first was down");
        _ups.Writer.TryWrite(link);
    });

    public void OnLinkDown(IReplicaLink link, bool isRefused) => Alone(link, () =>
    {
        if (!_current.TryRemove(new(link.BrokerId, link))) Objections.Enqueue("a link went down that was not up");
        _downs.Writer.TryWrite(link);
    });

    public void OnRefused(ReplicaPeer peer) => _refusals.Writer.TryWrite(peer);

    public void OnMessage(IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload)
    {
        Enter(link);
        try
        {
            Message?.Invoke(link, message, payload);
        }
        finally
        {
            _busy[link] = 0;
        }
    }

    public void OnDrained(IReplicaLink link) => Alone(link, () => Drained?.Invoke(link));

    public void OnWritable(IReplicaLink link) => Alone(link, () => Writable.Release());

    private static Task<T> NextAsync<T>(Channel<T> channel) =>
        channel.Reader.ReadAsync().AsTask().WaitAsync(TestPatience.Value);

    private void Alone(IReplicaLink link, Action action)
    {
        Enter(link);
        try
        {
            action();
        }
        finally
        {
            _busy[link] = 0;
        }
    }

    private void Enter(IReplicaLink link)
    {
        if (!_busy.TryAdd(link, 1) && !_busy.TryUpdate(link, 1, 0)) Objections.Enqueue("two things were told at once");
        if (_current.TryGetValue(link.BrokerId, out IReplicaLink? current) && current.Generation > link.Generation)
            Objections.Enqueue("an older link spoke after a newer one had come up");
    }
}
