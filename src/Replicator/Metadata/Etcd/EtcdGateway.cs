using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LogStore.Replicator.Metadata.Etcd;

/// <summary>
/// Makes calls to an etcd cluster through its members' HTTP/JSON gateways: to the member that answered last, and to the
/// next one when it fails.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class EtcdGateway : IDisposable
{
    private static readonly TimeSpan RoundDelay = TimeSpan.FromMilliseconds(50);

    private readonly EtcdMetadataOptions _options;
    private readonly Uri[] _endpoints;
    private readonly HttpClient _client;
    private readonly TimeSpan _attemptTimeout;
    private int _current;

    public EtcdGateway(EtcdMetadataOptions options)
    {
        _options = options;
        _endpoints = [.. options.Endpoints];
        // All members get their turn within a call, even if the first ones do not answer.
        _attemptTimeout = options.CallTimeout / Math.Min(_endpoints.Length + 1, 4);
#pragma warning disable CA2000 // The client owns it.
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = false,
        };
#pragma warning restore CA2000
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        // A member that has lost its leader ends streams by an error: a watch there would be told nothing, for ever.
        _client.DefaultRequestHeaders.Add("Grpc-Metadata-hasleader", "true");
    }

    /// <summary>Makes a call, of as many attempts as fit into the time for it.</summary>
    /// <param name="path">Below <c>/v3/</c>.</param>
    /// <param name="isRepeatable">Whether it does no harm if an attempt whose answer is lost has taken effect.</param>
    /// <exception cref="MetadataStoreException">No member has answered, or the answer of one is lost.</exception>
    public async Task<EtcdAnswer<TResponse>> CallAsync<TRequest, TResponse>(
        string path,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        bool isRepeatable,
        CancellationToken cancellationToken)
        where TResponse : class
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(request, requestType);
        long started = Stopwatch.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            int current = Volatile.Read(ref _current);
            TimeSpan left = _options.CallTimeout - Stopwatch.GetElapsedTime(started);
            TimeSpan limit = isRepeatable && left > _attemptTimeout ? _attemptTimeout : left;
            Uri endpoint = _endpoints[current];
            Attempt<TResponse> made =
                await AttemptAsync(endpoint, path, body, responseType, limit, cancellationToken).ConfigureAwait(false);
            if (made.Answer is { } answer) return answer;

            Interlocked.CompareExchange(ref _current, (current + 1) % _endpoints.Length, current);
            if (!isRepeatable && !made.IsWithoutEffect)
            {
                throw new MetadataStoreException(
                    $"The answer of etcd at {endpoint} is lost ({made.Failure}): it may have made the change.",
                    isOutcomeUnknown: true,
                    made.Cause);
            }

            if (Stopwatch.GetElapsedTime(started) + RoundDelay >= _options.CallTimeout)
            {
                throw new MetadataStoreException(
                    $"etcd cannot be reached at {string.Join(", ", (IEnumerable<Uri>)_endpoints)}: {made.Failure}.",
                    innerException: made.Cause);
            }

            if (attempt % _endpoints.Length == 0) await Task.Delay(RoundDelay, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Opens a stream of answers at the current member; null, and the next member is, if it does not begin.
    /// </summary>
    public async Task<HttpResponseMessage?> TryStreamAsync<TRequest>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, CancellationToken cancellationToken)
    {
        int current = Volatile.Read(ref _current);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(request, requestType);
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(_attemptTimeout);
        HttpResponseMessage? response = null;
        try
        {
            response = await PostAsync(_endpoints[current], path, body, limited.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) return response;
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            // As an answer that is none.
        }

        response?.Dispose();
        Interlocked.CompareExchange(ref _current, (current + 1) % _endpoints.Length, current);
        return null;
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Connects within a time, and notices when the other host is gone without a word.</summary>
    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(_attemptTimeout);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 3);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, limited.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Attempt<T>> AttemptAsync<T>(
        Uri endpoint,
        string path,
        byte[] body,
        JsonTypeInfo<T> responseType,
        TimeSpan limit,
        CancellationToken cancellationToken)
        where T : class
    {
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.FromMilliseconds(1));
        try
        {
            using HttpResponseMessage response =
                await PostAsync(endpoint, path, body, limited.Token).ConfigureAwait(false);
            byte[] content = await response.Content.ReadAsByteArrayAsync(limited.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                T value = JsonSerializer.Deserialize(content, responseType)
                    ?? throw new JsonException("The answer is null.");
                return new Attempt<T>(new EtcdAnswer<T>(value, null), "", IsWithoutEffect: false, null);
            }

            EtcdError error = JsonSerializer.Deserialize(content, EtcdJson.Default.EtcdError)
                ?? throw new JsonException("The error is null.");
            EtcdAnswer<T>? answer = error.IsPassing ? null : new EtcdAnswer<T>(null, error);
            return new Attempt<T>(answer, error.Message ?? $"code {error.Code}", error.IsWithoutEffect, null);
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            string failure = exception is OperationCanceledException
                ? $"no answer within {limit.TotalMilliseconds:0} ms"
                : exception.Message.TrimEnd('.');
            bool isUnsent = exception is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError,
            };
            return new Attempt<T>(null, failure, isUnsent, exception);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(
        Uri endpoint, string path, byte[] body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = new(HttpMethod.Post, new Uri(endpoint, "/v3/" + path))
        {
            Version = HttpVersion.Version11,
            Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        return await _client
            .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether the member has failed, as opposed to the caller not wanting to wait, or a mistake of ours.
    /// </summary>
    private static bool IsFailure(Exception exception, CancellationToken cancellationToken) => exception
        is HttpRequestException or IOException or JsonException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <param name="Answer">Null: it has failed.</param>
    private readonly record struct Attempt<T>(
        EtcdAnswer<T>? Answer, string Failure, bool IsWithoutEffect, Exception? Cause)
        where T : class;
}
