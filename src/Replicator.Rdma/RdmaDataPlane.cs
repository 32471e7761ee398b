using LogStore.Replicator.Rdma.Diagnostics;
using LogStore.Replicator.Rdma.Links;
using LogStore.Replicator.Rdma.Verbs;
using LogStore.Replicator.Transport.Links;

namespace LogStore.Replicator.Rdma;

/// <summary>
/// Carries the frames of replication links over RDMA, where both ends have a device with an active port. Without one here
/// nothing fails: there is a reason why links take TCP, and a thread looks every second whether a device has come.
/// </summary>
/// <remarks>Thread-safe. To be given to one transport, which disposes of it.</remarks>
public sealed class RdmaDataPlane : LinkDataPlane
{
    internal const string TransportName = "rdma";

    /// <summary>A link that fails sooner than this after it came up counts as a trial in vain.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);

    private readonly RdmaReplicationOptions _options;
    private readonly PeerTrials _trials = new(TimeProvider.System);
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<int, long> _upSince = [];
    private readonly Thread _watcher;
    private RdmaHub? _hub;         // Under the gate; null without a device.
    private RdmaHub? _closing;     // The watcher's alone.
    private string _reason;        // Why there is no hub.

    /// <summary>Opens the device, if there is one.</summary>
    /// <exception cref="RdmaException">It is required, and cannot be used.</exception>
    public RdmaDataPlane(RdmaReplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _reason = "";
        try
        {
            _hub = Open();
        }
        catch (RdmaException exception) when (!options.IsRequired)
        {
            _reason = FirstSentence(exception);
        }

        RdmaEvents.Began(options.Logger, _hub is null ? $"is not there: {_reason}" : $"is used through {_hub.Description}");
        _watcher = new Thread(Watch) { IsBackground = true, Name = "rdma watcher" };
        _watcher.Start();
    }

    /// <inheritdoc/>
    public override string Name => TransportName;

    internal override bool IsRequired => _options.IsRequired;

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_stopping.IsSet) return;
        _stopping.Set();
        _watcher.Join();
        _hub?.Dispose();
        _closing?.Dispose();
    }

    internal override string? WhyNot(int brokerId)
    {
        lock (_gate)
        {
            if (_hub is null) return _reason;
        }

        return WhyNotYet(brokerId);
    }

    internal override OfferedLink? TryOpen(in LinkContext context, out string? reason)
    {
        RdmaHub? hub;
        lock (_gate)
        {
            hub = _hub;
            reason = hub is null ? _reason : null;
        }

        reason ??= WhyNotYet(context.Peer.BrokerId);
        if (reason is not null) return null;
        try
        {
            RdmaLink link = new(context, hub!);
            lock (_gate) _upSince[context.Peer.BrokerId] = TimeProvider.System.GetTimestamp();
            return link;
        }
        catch (Exception exception) when (exception is LogStoreException or ObjectDisposedException)
        {
            reason = exception.Message;
            return null;
        }
    }

    internal override void OnFailed(int brokerId, string reason) => _trials.Fail(brokerId, reason);

    // Without anything else to take there is nothing to wait for.
    private string? WhyNotYet(int brokerId) => IsRequired ? null : _trials.WhyNot(brokerId);

    private RdmaHub Open() => new(
        RdmaPort.Open(new RdmaPortSelection
        {
            DeviceName = _options.DeviceName,
            GidIndex = _options.GidIndex,
            LocalAddress = _options.LocalAddress,
        }),
        _options.RingBytes, new PollerOptions { SpinTime = _options.SpinTime }, OnLinkDown);

    private void OnLinkDown(int brokerId, string? failure)
    {
        long since;
        lock (_gate) since = _upSince.GetValueOrDefault(brokerId);
        bool lasted = TimeProvider.System.GetElapsedTime(since) > Lasting;
        if (lasted) _trials.Succeed(brokerId);
        else if (failure is not null) _trials.Fail(brokerId, failure);
    }

    private void Watch()
    {
        while (!_stopping.Wait(_options.WatchInterval))
        {
            if (_closing is { IsEmpty: true })
            {
                // Only now does the system let go of a device that was removed.
                _closing.Dispose();
                _closing = null;
            }

            if (_hub is { } hub)
            {
                if (WhyLost(hub) is { } reason) Lose(hub, reason);
            }
            else if (_closing is null)
            {
                TryOpen();
            }
        }
    }

    private void TryOpen()
    {
        try
        {
            RdmaHub hub = Open();
            lock (_gate) _hub = hub;
            RdmaEvents.DeviceUp(_options.Logger, hub.Description);
        }
        catch (Exception exception) when (exception is RdmaException or ObjectDisposedException)
        {
            lock (_gate) _reason = FirstSentence(exception);
        }
    }

    private void Lose(RdmaHub hub, string reason)
    {
        lock (_gate)
        {
            _hub = null;
            _reason = reason;
        }

        _closing = hub;
        hub.BeginClose(reason);
        RdmaEvents.DeviceDown(_options.Logger, reason);
    }

    /// <summary>Why a device is of no use any more; null while it is.</summary>
    private static string? WhyLost(RdmaHub hub)
    {
        string name = hub.Name;
        if (hub.Fault is { } fault) return $"{name} failed: {fault.Message}";
        try
        {
            while (hub.Port.Context.TryReadAsyncEvent(out AsyncEvent happened))
            {
                if (happened.Kind == AsyncEventKind.DeviceFatal) return $"{name} was removed, or failed";
            }

            if (!RdmaDevice.List().Any(device => device.Name == name)) return $"{name} was removed";
            PortAttributes port = hub.Port.Context.QueryPort(hub.Port.Number);
            return port.State == PortState.Active ? null : $"port {port.Number} of {name} is {port.State}";
        }
        catch (Exception exception) when (exception is RdmaException or ObjectDisposedException)
        {
            return $"{name} failed: {FirstSentence(exception)}";
        }
    }

    // What to do about it stands in the rest, which is too long for a status.
    private static string FirstSentence(Exception exception)
    {
        int end = exception.Message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? exception.Message.TrimEnd('.') : exception.Message[..end];
    }
}
