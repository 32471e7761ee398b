using System.Net.Sockets;
using LogStore.Broker.Diagnostics;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Wire;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Network;

/// <summary>
/// One connection: reads its requests, has them handled, and sees to it that they are answered in order. Appends may
/// overlap, so that a producer with several requests in flight does not wait for each to be stored; every other request is
/// begun only when all before it are answered.
/// </summary>
internal sealed class Connection : IAsyncDisposable
{
    /// <summary>How many appends may be under way; more than any client has in flight with ordering guarantees.</summary>
    private const int MaxOverlapping = 64;

    private const int MaxUnauthenticatedBytes = 64 * 1024;

    /// <summary>
    /// What the objects that are made of a request and of its answer take, for each of its bytes: a fetch of a partition is
    /// 16 bytes and becomes some 500.
    /// </summary>
    private const int ObjectBytesPerByte = 32;

    /// <summary>So much of a request is not counted so: it is part of what a connection costs.</summary>
    private const int UncountedBytes = 1024;

    private readonly Transport _transport;
    private readonly FrameReader _reader;
    private readonly ReplyQueue _replies;
    private readonly RequestDispatcher _dispatcher;
    private readonly CancellationTokenSource _aborted;
    private readonly ILogger _logger;
    private readonly ActivityMark _activity;
    private readonly ActivityMark _begin;
    private RequestHeader _header;
    private Exception? _reason;

    public Connection(
        Transport transport, ConnectionInfo info, FrameReader reader, AnswerMemory answers, RequestDispatcher dispatcher,
        CancellationTokenSource aborted, ActivityMark activity, TimeProvider clock, ILogger logger)
    {
        _transport = transport;
        _reader = reader;
        _dispatcher = dispatcher;
        _aborted = aborted;
        _activity = activity;
        _begin = new ActivityMark(clock);
        _logger = logger;
        _replies = new ReplyQueue(transport, answers, activity, new ActivityMark(clock), Abort);
        Info = info;
    }

    public ConnectionInfo Info { get; }

    /// <summary>How long no byte has moved.</summary>
    public TimeSpan Idle => _activity.Age;

    /// <summary>How long it has been there.</summary>
    public TimeSpan Age => _begin.Age;

    /// <summary>Whether the other side owes the rest of a request.</summary>
    public bool IsInsideRequest => _reader.IsInsideFrame;

    /// <summary>For how long the other side has taken nothing of an answer.</summary>
    public TimeSpan AnswerStalled => _replies.Stalled;

    /// <summary>Whether a request is being handled or answered.</summary>
    public bool IsBusy => _replies.IsBusy;

    /// <summary>Serves the connection until it ends; never fails.</summary>
    public async Task RunAsync()
    {
        try
        {
            if (await _transport.OpenAsync(_aborted.Token).ConfigureAwait(false) is { } principal) Info.Authenticate(principal);
            await ServeAsync().ConfigureAwait(false);
        }
        catch (MalformedMessageException exception)
        {
            BrokerEvents.MalformedRequest(_logger, Info.Name, "a frame", exception.Message);
        }
        catch (Exception exception)
        {
            Abort(exception);
        }

        Report();
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort(Exception reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        try
        {
            _aborted.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return; // It has ended already.
        }

        _transport.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        _replies.Dispose();
        await _transport.DisposeAsync().ConfigureAwait(false);
        await _aborted.CancelAsync().ConfigureAwait(false);
        _aborted.Dispose();
    }

    private async Task ServeAsync()
    {
        int maxFrameBytes = _reader.MaxFrameBytes;
        while (true)
        {
            // Who is not known yet has nothing large to say.
            _reader.MaxFrameBytes = Info.IsAuthenticated ? maxFrameBytes : Math.Min(maxFrameBytes, MaxUnauthenticatedBytes);
            if (await _reader.ReadAsync(_aborted.Token).ConfigureAwait(false) is not { } frame) break;
            PreparedRequest request = _dispatcher.Prepare(Info, frame, ref _header);
            await CountObjectsAsync(request, frame).ConfigureAwait(false);
            await _replies.WaitForAsync(atMost: request.MayOverlap ? MaxOverlapping - 1 : 0).ConfigureAwait(false);
            if (!_replies.TryAdd(request.Context)) return;
            Task running = _dispatcher.Run(request);
            bool isComplete = running.IsCompleted;
            Task replying = _replies.PumpAfterAsync(request.Context, running);
            if (isComplete) await replying.ConfigureAwait(false);
            if (!request.MayOverlap) await WaitForReplyAsync().ConfigureAwait(false);
            _activity.Touch(); // A fetch may have waited for long.
        }

        // What was asked before the other side closed its half is still answered.
        await _replies.WaitForAsync(atMost: 0).ConfigureAwait(false);
    }

    /// <summary>Waits until there is memory for what a request is made into.</summary>
    private async ValueTask CountObjectsAsync(PreparedRequest request, RequestFrame frame)
    {
        if (request.StaysBytes || frame.Length <= UncountedBytes) return;
        try
        {
            int bytes = (frame.Length - UncountedBytes) * ObjectBytesPerByte;
            await _reader.CountMoreAsync(frame, bytes, _aborted.Token).ConfigureAwait(false);
        }
        catch
        {
            request.Context.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Waits for the answers of all requests. A request may wait for long, a fetch for records or a member for its group, and
    /// who has left by then is not waited for.
    /// </summary>
    private async ValueTask WaitForReplyAsync()
    {
        Task answered = _replies.WaitForAsync(atMost: 0).AsTask();
        if (answered.IsCompleted) return;
        if (!await _reader.LookAheadAsync(answered, _aborted.Token).ConfigureAwait(false))
            throw new ConnectionEndedException();
        await answered.ConfigureAwait(false);
    }

    private void Report()
    {
        switch (_reason)
        {
            case null or ConnectionEndedException or OperationCanceledException or ObjectDisposedException:
                BrokerEvents.Disconnected(_logger, Info.Name, "closed");
                break;
            case SocketException or IOException when !_reader.IsInsideFrame:
                BrokerEvents.Disconnected(_logger, Info.Name, _reason.Message);
                break;
            default:
                BrokerEvents.Closed(_logger, Info.Name, _reason.Message);
                break;
        }
    }
}
