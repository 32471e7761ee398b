using System.Net;

namespace LogStore.Replicator.Metadata.Etcd;

/// <summary>Where an etcd cluster is, and which part of it is the metadata store.</summary>
public sealed record EtcdMetadataOptions
{
    private const string Setting = "metadata.store";

    /// <summary>
    /// The client URLs of members, as <c>http://host:port</c> or <c>https://host:port</c>; at least one. Each call goes
    /// to one of them, and to the next when that one fails. With https the member's certificate must be trusted by the
    /// host; client certificates, users and passwords are not supported.
    /// </summary>
    /// <exception cref="InvalidConfigException">There are none, or one is of another form.</exception>
    public required IReadOnlyList<Uri> Endpoints
    {
        get;
        init
        {
            if (value.Count == 0) throw new InvalidConfigException(Setting, "name at least one etcd endpoint");
            foreach (Uri endpoint in value)
            {
                if (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
                    throw new InvalidConfigException(Setting, $"'{endpoint}' begins with neither http:// nor https://");
            }

            field = value;
        }
    }

    /// <summary>
    /// What all keys in etcd begin with; two stores of one etcd have different ones. <c>/logstore/</c> unless set.
    /// </summary>
    /// <exception cref="InvalidConfigException">It is empty, or not of printable ASCII characters.</exception>
    public string KeyPrefix
    {
        get;
        init
        {
            try
            {
                MetadataKey.Validate(value);
            }
            catch (ArgumentException)
            {
                throw new InvalidConfigException(Setting, $"the key prefix '{value}' is not of printable ASCII");
            }

            field = value;
        }
    } = "/logstore/";

    /// <summary>How long a call may take with all its attempts; at least 100 ms. 5 seconds unless set.</summary>
    public TimeSpan CallTimeout
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(100)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 100 ms.");
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether http:// may be used to other hosts, too. Anybody on the way can then read and change the metadata;
    /// without it only this host's own etcd is spoken to in plain text.
    /// </summary>
    public bool AllowPlaintext { get; init; }

    /// <exception cref="InvalidConfigException">
    /// An endpoint of another host is to be spoken to in plain text.
    /// </exception>
    internal void Validate()
    {
        foreach (Uri endpoint in Endpoints)
        {
            bool isSafe = endpoint.Scheme == Uri.UriSchemeHttps || IsLoopback(endpoint);
            if (!isSafe && !AllowPlaintext)
            {
                throw new InvalidConfigException(
                    Setting, $"'{endpoint}' is another host: use https://, or allow plain text to it explicitly");
            }
        }
    }

    private static bool IsLoopback(Uri endpoint) =>
        endpoint.IsLoopback
        || (IPAddress.TryParse(endpoint.DnsSafeHost, out IPAddress? address) && IPAddress.IsLoopback(address));
}
