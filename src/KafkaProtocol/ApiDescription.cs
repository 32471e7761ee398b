namespace LogStore.KafkaProtocol;

/// <summary>The versions of one API that are spoken here, both by the broker and by the client.</summary>
/// <param name="Key">The API.</param>
/// <param name="MinVersion">The lowest version, inclusive.</param>
/// <param name="MaxVersion">The highest version, inclusive.</param>
/// <param name="FirstFlexibleVersion">The version from which the API's encoding is flexible (KIP-482), spoken here or
/// not.</param>
public readonly record struct ApiDescription(
    ApiKey Key, short MinVersion, short MaxVersion, short FirstFlexibleVersion)
{
    /// <summary>Whether <paramref name="version"/> is spoken here.</summary>
    public bool Supports(short version) => version >= MinVersion && version <= MaxVersion;

    /// <summary>
    /// Chooses the highest version that both this table and a peer speak; false if there is none, and the API cannot be
    /// used with that peer.
    /// </summary>
    /// <param name="peerMin">The peer's lowest version, inclusive.</param>
    /// <param name="peerMax">The peer's highest version, inclusive.</param>
    /// <param name="version">The version to use.</param>
    public bool TryNegotiate(short peerMin, short peerMax, out short version)
    {
        version = Math.Min(MaxVersion, peerMax);
        return version >= Math.Max(MinVersion, peerMin);
    }

    /// <summary>Whether <paramref name="version"/> has compact lengths and tagged fields.</summary>
    public bool IsFlexible(short version) => version >= FirstFlexibleVersion;

    /// <summary>The version of the header in front of a request: 1, or 2 if the request is flexible.</summary>
    public short RequestHeaderVersion(short version) => IsFlexible(version) ? (short)2 : (short)1;

    /// <summary>
    /// The version of the header in front of a response: 0, or 1 if the response is flexible. ApiVersions always has 0,
    /// for its client cannot know yet which versions the broker understands (KIP-511).
    /// </summary>
    public short ResponseHeaderVersion(short version) =>
        Key != ApiKey.ApiVersions && IsFlexible(version) ? (short)1 : (short)0;
}
