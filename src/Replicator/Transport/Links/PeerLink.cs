using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport.Diagnostics;
using LogStore.Replicator.Transport.Tcp;

namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// A link that began with a TCP connection: it ends with it, whatever carries its frames. A thread runs it for as long as it
/// lives.
/// </summary>
internal abstract class PeerLink : IReplicaLink, IDisposable
{
    private readonly TcpConnection _connection;
    private readonly TaskCompletionSource _isDown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private protected PeerLink(in LinkContext context, string transport)
    {
        _connection = context.Connection;
        Options = context.Options;
        Receiver = context.Receiver;
        BrokerId = context.Peer.BrokerId;
        Generation = context.Local.Generation;
        Transport = transport;
    }

    public int BrokerId { get; }

    public long Generation { get; }

    /// <summary>What carries it.</summary>
    public string Transport { get; }

    /// <summary>Why it is carried by that; null when there is nothing to say.</summary>
    public string? Note { get; set; }

    protected ReplicaTransportOptions Options { get; }

    protected IReplicaReceiver Receiver { get; }

    /// <summary>Held while the receiver is told something.</summary>
    protected Lock Delivery { get; } = new();

    /// <summary>Whether the receiver knows that it is up, and not that it is down; under <see cref="Delivery"/>.</summary>
    protected bool IsUp { get; private set; }

    /// <summary>Whether it was ended at this side.</summary>
    protected bool IsEnded => _connection.EndReason is not null;

    public abstract bool TrySend(in ReplicaMessage message);

    public abstract bool TrySend(IPayloadSource source, int maxBytes);

    public abstract void Flush();

    public void Abort(string reason)
    {
        Close();
        _connection.End(reason);
    }

    /// <summary>Carries frames until the link is down, and everybody was told.</summary>
    /// <returns>Why it is down.</returns>
    public string Run()
    {
        string reason;
        lock (Delivery)
        {
            IsUp = true;
            TransportEvents.LinkUp(Options.Logger, Generation, BrokerId, Transport);
            Tell(static link => link.Receiver.OnLinkUp(link));
            OnUp();
        }

        try
        {
            reason = Serve();
        }
        catch (Exception exception) when (
            exception is System.Net.Sockets.SocketException or ObjectDisposedException or LogStoreException)
        {
            reason = exception.Message;
        }
        catch (Exception exception)
        {
            TransportEvents.ReceiverFailed(Options.Logger, BrokerId, exception);
            reason = "a message was not handled";
        }

        reason = _connection.EndReason ?? reason;
        Abort(reason);
        Dispose();
        lock (Delivery)
        {
            IsUp = false;
            TransportEvents.LinkDown(Options.Logger, Generation, BrokerId, reason);
            // Not whether the peer is gone: that is what a redial, or a probe, finds out.
            Tell(static link => link.Receiver.OnLinkDown(link, isRefused: false));
        }

        OnDown(reason);
        return reason;
    }

    /// <summary>Lets those go on who wait for the link to be out of the way.</summary>
    public void SetDown() => _isDown.SetResult();

    /// <summary>Waits until the receiver knows that the link is down.</summary>
    public void WaitDown() => _isDown.Task.Wait();

    /// <summary>Takes the link down when the peer is silent, and otherwise sees to it that this end is not.</summary>
    /// <param name="canJudge">Whether silence may be held against the peer.</param>
    public abstract void Tick(bool canJudge);

    /// <summary>Lets go of what it is carried by: nothing is sent or arrives any more. Also for one that never ran.</summary>
    public abstract void Dispose();

    /// <summary>From now on everything that is to be sent is swallowed.</summary>
    protected abstract void Close();

    /// <summary>Waits until the link is over.</summary>
    /// <returns>Why it is.</returns>
    protected abstract string Serve();

    /// <summary>The receiver knows of the link; <see cref="Delivery"/> is held.</summary>
    protected virtual void OnUp()
    {
    }

    /// <summary>The receiver knows that the link is down.</summary>
    protected virtual void OnDown(string reason)
    {
    }

    /// <summary>Whoever sends may hold locks that the receiver wants: it is told on another thread.</summary>
    protected void TellWritable() => ThreadPool.UnsafeQueueUserWorkItem(
        static link =>
        {
            lock (link.Delivery)
            {
                if (link.IsUp) link.Tell(static up => up.Receiver.OnWritable(up));
            }
        },
        this, false);

    /// <summary>Tells the receiver something; what it cannot handle takes the link down.</summary>
    protected void Tell(Action<PeerLink> tell)
    {
        try
        {
            tell(this);
        }
        catch (Exception exception)
        {
            TransportEvents.ReceiverFailed(Options.Logger, BrokerId, exception);
            Abort("the receiver failed");
        }
    }
}
