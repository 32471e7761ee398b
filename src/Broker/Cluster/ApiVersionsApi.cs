using LogStore.Broker.Requests;
using LogStore.KafkaProtocol.Cluster;

namespace LogStore.Broker.Cluster;

/// <summary>Tells clients which APIs and versions are spoken here: those that have a handler.</summary>
internal sealed class ApiVersionsApi
{
    private ApiVersionsResponse? _response;

    public void Register(ApiTable apis) => apis.Add<ApiVersionsRequest, ApiVersionsResponse>(
        (_, _) => _response ??= ApiVersionsResponse.Advertise(apis.Described()), beforeAuthentication: true);
}
