using LogStore.KafkaProtocol.Cluster;

namespace LogStore.Client.Connections;

/// <summary>The versions that a broker and this client both speak.</summary>
internal sealed class BrokerVersions
{
    private readonly Dictionary<ApiKey, (short Min, short Max)> _offered = [];

    /// <summary>As long as nothing is known: what ApiVersions itself is asked in.</summary>
    public BrokerVersions() => _offered[ApiKey.ApiVersions] = (0, 3);

    public BrokerVersions(ApiVersionsResponse response)
    {
        foreach (ApiVersionsResponse.ApiVersion api in response.ApiKeys)
            _offered[api.ApiKey] = (api.MinVersion, api.MaxVersion);
    }

    /// <summary>Whether <paramref name="key"/> can be asked for in <paramref name="least"/> or higher.</summary>
    public bool Offers(ApiKey key, short least = 0) => TryChoose(key, out short version) && version >= least;

    /// <summary>The version to use.</summary>
    /// <exception cref="UnsupportedByBrokerException">There is none.</exception>
    public short Choose(ApiKey key, string broker) => TryChoose(key, out short version)
        ? version
        : throw new UnsupportedByBrokerException(
            $"The broker {broker} does not offer {key} in a version that is spoken here. Use a newer broker.");

    private bool TryChoose(ApiKey key, out short version)
    {
        version = -1;
        return _offered.TryGetValue(key, out (short Min, short Max) range) &&
            Apis.TryGet(key, out ApiDescription api) && api.TryNegotiate(range.Min, range.Max, out version);
    }
}
