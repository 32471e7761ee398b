using System.Net;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Diagnostics;

/// <summary>
/// Answers a supervisor over HTTP: <c>/live</c> while the process works, <c>/ready</c> while clients are served, else 503.
/// </summary>
internal sealed class HealthEndpoint : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<BrokerState> _state;
    private readonly ILogger _logger;
    private Task _serving = Task.CompletedTask;

    private HealthEndpoint(ListenerOptions address, Func<BrokerState> state, ILogger logger)
    {
        _state = state;
        _logger = logger;
        string host = address.Host.Length == 0 ? "+" : address.Host.Contains(':') ? $"[{address.Host}]" : address.Host;
        _listener.Prefixes.Add($"http://{host}:{address.Port}/");
    }

    /// <summary>Answers from here on.</summary>
    /// <exception cref="ListenerException">The address cannot be listened on.</exception>
    public static HealthEndpoint Start(ListenerOptions address, Func<BrokerState> state, ILogger logger)
    {
        HealthEndpoint endpoint = new(address, state, logger);
        try
        {
            endpoint._listener.Start();
        }
        catch (HttpListenerException exception)
        {
            throw new ListenerException(address, $"{exception.Message}; choose another health.listener");
        }

        endpoint._serving = endpoint.ServeAsync();
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving.ConfigureAwait(false);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync().ConfigureAwait(false);
                BrokerState state = _state();
                context.Response.StatusCode = (int)(context.Request.Url?.AbsolutePath switch
                {
                    "/live" => HttpStatusCode.OK,
                    "/ready" when state == BrokerState.Ready => HttpStatusCode.OK,
                    "/ready" => HttpStatusCode.ServiceUnavailable,
                    _ => HttpStatusCode.NotFound,
                });
                context.Response.ContentType = "text/plain";
                await context.Response.OutputStream.WriteAsync(
                    System.Text.Encoding.ASCII.GetBytes($"{state.ToString().ToLowerInvariant()}\n")).ConfigureAwait(false);
                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException
                                                or InvalidOperationException or IOException)
            {
                if (!_listener.IsListening) return;
                BrokerEvents.HealthProbeFailed(_logger, exception.Message); // The prober has gone, as a rule.
            }
        }
    }
}
