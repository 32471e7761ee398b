using System.Net.Sockets;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Client.Connections;

/// <summary>
/// One connection to a broker. Requests go out in the order of the calls, many before the first is answered; answers
/// are matched by number.
/// </summary>
/// <remarks>
/// Thread-safe. After an error it is closed for good, and whoever needs the broker opens another. A request fails only
/// when nothing refers to its memory any longer: neither the writer nor the transport.
/// </remarks>
internal sealed class BrokerConnection : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly FrameWriter _writer;
    private readonly FrameReader _reader;
    private readonly string _clientId;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly Dictionary<int, PendingRequest> _pending = [];
    private readonly TaskCompletionSource _writerIdle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private FrameBuffer _filling = new();
    private FrameBuffer _sending = new();
    private List<UnansweredRequest> _unansweredFilling = [];
    private List<UnansweredRequest> _unansweredSending = [];
    private ClientException? _failure;
    private bool _isWriting;
    private int _nextCorrelationId;

    /// <summary>Takes over an open stream.</summary>
    /// <param name="stream">The transport.</param>
    /// <param name="socket">The socket under it, if there is nothing between the two.</param>
    /// <param name="name">The broker, for messages.</param>
    /// <param name="options">The client's name and clock.</param>
    public BrokerConnection(Stream stream, Socket? socket, string name, ClientOptions options)
    {
        _stream = stream;
        _writer = new FrameWriter(stream, socket);
        _reader = new FrameReader(stream);
        _clientId = options.ClientId;
        _time = options.TimeProvider;
        Name = name;
        _running = RunAsync();
    }

    /// <summary>The broker, as <c>host:port</c>.</summary>
    public string Name { get; }

    /// <summary>What can be asked of the broker.</summary>
    public BrokerVersions Versions { get; set; } = new();

    /// <summary>Whether requests can be sent.</summary>
    public bool IsOpen => Volatile.Read(ref _failure) is null;

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <remarks>The request is put in line before this returns, so that calls keep their order.</remarks>
    public Task<TResponse> SendAsync<TRequest, TResponse>(
        TRequest request, TimeSpan timeout, CancellationToken cancellationToken = default)
        where TRequest : IRequest<TResponse>
        where TResponse : IResponse, new() =>
        SendAsync<TRequest, TResponse>(request, timeout, version: null, cancellationToken);

    /// <summary>As the other, in a version that was not negotiated.</summary>
    public async Task<TResponse> SendAsync<TRequest, TResponse>(
        TRequest request, TimeSpan timeout, short? version, CancellationToken cancellationToken)
        where TRequest : IRequest<TResponse>
        where TResponse : IResponse, new()
    {
        PendingRequest<TResponse> pending = Enqueue<TRequest, TResponse>(request, pooled: false, version);
        Answer<TResponse> answer = await WaitAsync(pending, TRequest.Api, timeout, cancellationToken)
            .ConfigureAwait(false);
        return answer.Response;
    }

    /// <summary>As SendAsync, with the answer in pooled memory that the caller releases.</summary>
    public async Task<Answer<TResponse>> SendPooledAsync<TRequest, TResponse>(TRequest request, TimeSpan timeout)
        where TRequest : IRequest<TResponse>
        where TResponse : IResponse, new()
    {
        PendingRequest<TResponse> pending = Enqueue<TRequest, TResponse>(request, pooled: true, version: null);
        return await WaitAsync(pending, TRequest.Api, timeout, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Sends a request that is not answered; the task ends when the transport has taken it.</summary>
    public Task SendUnansweredAsync<TRequest>(TRequest request) where TRequest : IRequest
    {
        var pending = new UnansweredRequest();
        lock (_gate)
        {
            ThrowIfClosed();
            Requests.Write(_filling, request, Versions.Choose(TRequest.Api, Name), _nextCorrelationId++, _clientId);
            _unansweredFilling.Add(pending);
        }

        StartWriting();
        return pending.Task;
    }

    /// <summary>Closes the connection; what has not been answered fails with <paramref name="reason"/>.</summary>
    public void Abort(ClientException reason)
    {
        lock (_gate)
        {
            if (_failure is not null) return;
            _failure = reason;
            if (!_isWriting) _writerIdle.TrySetResult();
        }

        _closing.Cancel();
        _stream.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Abort(new BrokerUnreachableException($"The connection to {Name} was closed by this client."));
        await _running.ConfigureAwait(false);
    }

    private PendingRequest<TResponse> Enqueue<TRequest, TResponse>(TRequest request, bool pooled, short? version)
        where TRequest : IRequest<TResponse>
        where TResponse : IResponse, new()
    {
        PendingRequest<TResponse> pending;
        lock (_gate)
        {
            ThrowIfClosed();
            short chosen = version ?? Versions.Choose(TRequest.Api, Name);
            pending = new PendingRequest<TResponse>(chosen, pooled);
            int correlationId = _nextCorrelationId++ & int.MaxValue;
            Requests.Write(_filling, request, chosen, correlationId, _clientId);
            _pending.Add(correlationId, pending);
        }

        StartWriting();
        return pending;
    }

    private async Task<Answer<TResponse>> WaitAsync<TResponse>(
        PendingRequest<TResponse> pending, ApiKey api, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IResponse, new()
    {
        try
        {
            return await pending.Task.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Answers come in order: with one that does not come, no later one will. The request's memory may still be
            // on its way out, so its end is awaited.
            Abort(new RequestTimeoutException(
                $"The broker {Name} did not answer {api} within {timeout.TotalMilliseconds:0} ms; " +
                "the connection is closed."));
            return await pending.Task.ConfigureAwait(false);
        }
        catch (Exception e) when (
            e is OperationCanceledException or ObjectDisposedException && !cancellationToken.IsCancellationRequested)
        {
            // Nobody has given up: it is the connection that has ended, and for callers that is an error like any other.
            throw Lost(e);
        }
    }

    /// <summary>Sends what is in line, unless somebody is at it. The first write runs on the caller.</summary>
    private void StartWriting()
    {
        lock (_gate)
        {
            if (_isWriting || _failure is not null) return;
            _isWriting = true;
        }

        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        try
        {
            while (TakeFilled())
            {
                await _writer.WriteAsync(_sending, _closing.Token).ConfigureAwait(false);
                foreach (UnansweredRequest request in _unansweredSending) request.Complete(default, null);
                _unansweredSending.Clear();
                _sending.Clear();
            }
        }
        catch (Exception e)
        {
            Abort(Lost(e));
            lock (_gate) EndWriting();
        }
    }

    private bool TakeFilled()
    {
        lock (_gate)
        {
            if (_failure is not null || _filling.Length == 0)
            {
                EndWriting();
                return false;
            }

            (_filling, _sending) = (_sending, _filling);
            (_unansweredFilling, _unansweredSending) = (_unansweredSending, _unansweredFilling);
            return true;
        }
    }

    private void EndWriting()
    {
        _isWriting = false;
        if (_failure is not null) _writerIdle.TrySetResult();
    }

    private async Task RunAsync()
    {
        // The constructor must return before the first answer is read.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (await _reader.ReadStartAsync(_closing.Token).ConfigureAwait(false) is (var size, var correlationId))
                await ReadAnswerAsync(size, correlationId).ConfigureAwait(false);
            Abort(new BrokerUnreachableException($"The broker {Name} has closed the connection."));
        }
        catch (MalformedMessageException e)
        {
            Abort(new ProtocolViolationException(
                $"The broker {Name} has sent what is no answer: {e.Message} Is it a Kafka listener, without TLS?", e));
        }
        catch (Exception e)
        {
            Abort(Lost(e));
        }

        await _writerIdle.Task.ConfigureAwait(false);
        FailPending();
    }

    private async ValueTask ReadAnswerAsync(int size, int correlationId)
    {
        PendingRequest? request;
        lock (_gate) _pending.TryGetValue(correlationId, out request);
        if (request is null)
            throw new MalformedMessageException($"an answer has the number {correlationId}, which no request had", 4);

        bool pooled = request.WantsPooledFrame;
        byte[] array = await _reader.ReadBodyAsync(size, pooled, _closing.Token).ConfigureAwait(false);
        Remove(correlationId, request, array.AsMemory(0, size), pooled ? new PooledFrame(array, size) : null);
    }

    private void Remove(int correlationId, PendingRequest request, ReadOnlyMemory<byte> frame, PooledFrame? pooled)
    {
        // It stays in the table until it is understood: one that is not fails with the connection.
        request.Complete(frame, pooled);
        lock (_gate) _pending.Remove(correlationId);
    }

    private void FailPending()
    {
        PendingRequest[] pending;
        lock (_gate)
        {
            pending = [.. _pending.Values, .. _unansweredFilling, .. _unansweredSending];
            _pending.Clear();
            _unansweredFilling.Clear();
            _unansweredSending.Clear();
            _filling.Dispose();
            _sending.Dispose();
        }

        // The token's source is left to the collector: whoever has aborted the connection may be about to cancel it only now.
        foreach (PendingRequest request in pending) request.Fail(_failure!);
    }

    private void ThrowIfClosed()
    {
        if (_failure is not { } failure) return;
        throw failure is RequestTimeoutException or ProtocolViolationException
            ? new BrokerUnreachableException($"The connection to {Name} is closed: {failure.Message}", failure)
            : failure;
    }

    private BrokerUnreachableException Lost(Exception e) => new($"The connection to {Name} was lost: {e.Message}", e);
}
