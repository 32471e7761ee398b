using LogStore.Broker.Requests;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Broker.Network;

/// <summary>
/// The answers of one connection, sent in the order of its requests. Sending is a role, not a task: whoever finds the first
/// answer complete and nobody sending takes it, so that a lone request is answered by the thread that handled it.
/// </summary>
internal sealed class ReplyQueue(
    Transport transport, AnswerMemory memory, ActivityMark activity, ActivityMark progress, Action<Exception> fail) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<RequestContext> _requests = new();
    private readonly FrameBuffer _frames = new();
    private readonly List<RequestContext> _sending = [];
    private readonly HashSet<RequestContext> _abandoned = [];
    private TaskCompletionSource? _waiter;
    private int _waitsFor;
    private bool _isSending;
    private volatile bool _isWaiting;
    private bool _isClosed;

    /// <summary>For how long nothing was taken of the answer that waits to be; zero if none does.</summary>
    public TimeSpan Stalled => _isWaiting ? progress.Age : TimeSpan.Zero;

    /// <summary>Whether a request is unanswered.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate) return Unanswered > 0;
        }
    }

    /// <summary>
    /// Puts a request in its place before it is run; false if the connection has ended, which disposes the request.
    /// </summary>
    public bool TryAdd(RequestContext request)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _requests.Enqueue(request);
                return true;
            }
        }

        request.Dispose();
        return false;
    }

    /// <summary>Sends what is complete, unless somebody is at it already.</summary>
    public async ValueTask PumpAsync()
    {
        lock (_gate)
        {
            if (_isSending || _isClosed) return;
            _isSending = true;
        }

        try
        {
            while (Gather())
            {
                if (_frames.Length > 0) await SendAsync().ConfigureAwait(false);
                activity.Touch();
                if (_sending.Exists(request => request.ClosesConnection || request.ClosesAfterReply))
                    throw new ConnectionEndedException();
                Release();
            }
        }
        catch (Exception exception)
        {
            // Everything that can go wrong here ends the connection, and nothing but the connection.
            Release();
            Close();
            fail(exception);
        }
    }

    /// <summary>Completes when at most this many requests are unanswered, or the connection has ended.</summary>
    public ValueTask WaitForAsync(int atMost)
    {
        lock (_gate)
        {
            if (_isClosed || Unanswered <= atMost) return ValueTask.CompletedTask;
            _waitsFor = atMost;
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_waiter.Task);
        }
    }

    /// <summary>Ends the connection.</summary>
    public void Abort(Exception reason) => fail(reason);

    /// <summary>Drops what has not been sent.</summary>
    public void Close()
    {
        List<RequestContext> dropped = [];
        lock (_gate)
        {
            _isClosed = true;
            // A request that is still being handled is given back by whoever handles it: see PumpAfterAsync.
            while (_requests.TryDequeue(out RequestContext? request))
            {
                if (request.IsComplete) dropped.Add(request);
                else _abandoned.Add(request);
            }

            Wake();
        }

        foreach (RequestContext request in dropped) request.Dispose();
    }

    /// <summary>Sends, once a request is complete; to be called for each that was added.</summary>
    public async Task PumpAfterAsync(RequestContext request, Task running)
    {
        await running.ConfigureAwait(false);
        bool abandoned;
        lock (_gate) abandoned = _abandoned.Remove(request);
        if (abandoned) request.Dispose();
        else await PumpAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        Close();
        lock (_gate)
        {
            if (!_isSending) _frames.Dispose();
        }
    }

    private async ValueTask SendAsync()
    {
        progress.Touch();
        memory.Take(this, _frames.Capacity);
        ValueTask sending = transport.SendAsync(_frames, progress, CancellationToken.None);
        // Most answers are taken at once, and nobody can say of them that they stand still.
        _isWaiting = !sending.IsCompleted;
        try
        {
            await sending.ConfigureAwait(false);
        }
        finally
        {
            _isWaiting = false;
        }
    }

    private int Unanswered => _requests.Count + _sending.Count;

    /// <summary>Takes the complete answers at the head of the queue; ends the role if there are none.</summary>
    private bool Gather()
    {
        lock (_gate)
        {
            while (!_isClosed && _requests.TryPeek(out RequestContext? request) && request.IsComplete)
                _sending.Add(_requests.Dequeue());
            if (_sending.Count == 0)
            {
                _isSending = false;
                return false;
            }
        }

        foreach (RequestContext request in _sending)
        {
            request.WriteReply(_frames);
            if (request.ClosesConnection) break;
        }

        return true;
    }

    private void Release()
    {
        foreach (RequestContext request in _sending) request.Dispose();
        if (_frames.Capacity > FrameBuffer.CapacityKept) memory.Return(this);
        _frames.Clear();
        lock (_gate)
        {
            _sending.Clear();
            if (Unanswered <= _waitsFor) Wake();
        }
    }

    private void Wake()
    {
        _waiter?.TrySetResult();
        _waiter = null;
    }
}
