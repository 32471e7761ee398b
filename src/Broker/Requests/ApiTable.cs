using LogStore.KafkaProtocol;

namespace LogStore.Broker.Requests;

/// <summary>Which handler answers which API. Filled once, when the broker is put together.</summary>
internal sealed class ApiTable
{
    private readonly Dictionary<ApiKey, ApiHandler> _handlers = [];

    /// <summary>What takes frames that are no requests, while a connection authenticates in the old way.</summary>
    public ApiHandler? SaslTokens { get; set; }

    /// <summary>The APIs that are answered, by ascending key: what ApiVersions advertises.</summary>
    public ApiDescription[] Described()
    {
        List<ApiDescription> described = [];
        foreach (ApiDescription api in Apis.All)
        {
            if (_handlers.ContainsKey(api.Key)) described.Add(api);
        }

        return [.. described];
    }

    public ApiHandler? Find(ApiKey api) => _handlers.GetValueOrDefault(api);

    /// <summary>Adds the handler of an API.</summary>
    public void Add<TRequest, TResponse>(
        Func<TRequest, RequestContext, ValueTask<TResponse>> handle, bool mayOverlap = false,
        bool beforeAuthentication = false)
        where TRequest : IRequest<TResponse>, new()
        where TResponse : IResponse, new() =>
        _handlers.Add(TRequest.Api, new ApiHandler<TRequest, TResponse>(handle)
        {
            MayOverlap = mayOverlap,
            BeforeAuthentication = beforeAuthentication,
        });

    /// <summary>Adds the handler of an API that never waits.</summary>
    public void Add<TRequest, TResponse>(
        Func<TRequest, RequestContext, TResponse> handle, bool beforeAuthentication = false)
        where TRequest : IRequest<TResponse>, new()
        where TResponse : IResponse, new() =>
        Add<TRequest, TResponse>(
            (request, context) => ValueTask.FromResult(handle(request, context)),
            beforeAuthentication: beforeAuthentication);
}
