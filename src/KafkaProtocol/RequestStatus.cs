namespace LogStore.KafkaProtocol;

/// <summary>Whether a request can be read.</summary>
public enum RequestStatus
{
    /// <summary>Its API and version are spoken here.</summary>
    Supported,

    /// <summary>
    /// Its API is not known here. The connection is closed: the client was told which APIs there are.
    /// </summary>
    UnknownApi,

    /// <summary>
    /// Its API is known here, its version is not. An ApiVersions request gets
    /// <see cref="Cluster.ApiVersionsResponse.UnsupportedVersion"/> in version 0; otherwise the connection is closed.
    /// </summary>
    UnsupportedVersion,
}
