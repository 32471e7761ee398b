using LogStore.KafkaProtocol;

namespace LogStore.Broker.Requests;

/// <summary>What answers one API.</summary>
internal abstract class ApiHandler
{
    /// <summary>
    /// Whether the next request of the connection may be begun before this one is answered. The handler then has done all
    /// that order depends on by the time it first waits.
    /// </summary>
    public required bool MayOverlap { get; init; }

    /// <summary>Whether it serves connections that have not authenticated yet.</summary>
    public required bool BeforeAuthentication { get; init; }

    /// <summary>Reads the body, does what is asked, and sets the context's reply.</summary>
    /// <exception cref="KafkaProtocol.Wire.MalformedMessageException">The body is not such a request.</exception>
    public abstract ValueTask RunAsync(RequestContext context, ReadOnlyMemory<byte> body);
}

/// <summary>What answers one API, by its messages.</summary>
internal sealed class ApiHandler<TRequest, TResponse>(
    Func<TRequest, RequestContext, ValueTask<TResponse>> handle) : ApiHandler
    where TRequest : IRequest<TResponse>, new()
    where TResponse : IResponse, new()
{
    /// <summary>
    /// The most array elements in a request, of which partitions are most: each takes some hundred bytes while it is handled.
    /// </summary>
    private const int MaxElements = 100_000;

    public override ValueTask RunAsync(RequestContext context, ReadOnlyMemory<byte> body)
    {
        TRequest request = KafkaProtocol.Requests.ReadBody<TRequest>(body, context.Version, MaxElements);
        ValueTask<TResponse> response = handle(request, context);
        if (!response.IsCompletedSuccessfully) return AwaitAsync(response, context);
        context.SetReply(response.Result);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask AwaitAsync(ValueTask<TResponse> response, RequestContext context) =>
        context.SetReply(await response.ConfigureAwait(false));
}
