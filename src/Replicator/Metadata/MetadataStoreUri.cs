using LogStore.Replicator.Metadata.Etcd;
using LogStore.Replicator.Metadata.Sqlite;

namespace LogStore.Replicator.Metadata;

/// <summary>Names a metadata store in one line of configuration.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>sqlite:PATH</c>: a file of this host.</item>
/// <item>
/// <c>etcd:http://HOST:PORT[,HOST:PORT...][/PREFIX]</c>, or with https: the members of an etcd cluster, and what the
/// keys begin with if not with <c>/logstore/</c>.
/// </item>
/// </list>
/// </remarks>
public sealed class MetadataStoreUri
{
    /// <summary>The setting that errors name.</summary>
    private const string Setting = "metadata.store";
    private const string Sqlite = "sqlite:";
    private const string Etcd = "etcd:";

    private readonly string _text;

    private MetadataStoreUri(string text) => _text = text;

    /// <summary>The options of a SQLite store; null if it is another one.</summary>
    public SqliteMetadataOptions? SqliteOptions { get; private init; }

    /// <summary>The options of an etcd store; null if it is another one.</summary>
    public EtcdMetadataOptions? EtcdOptions { get; private init; }

    /// <summary>Takes the text apart; nothing is opened.</summary>
    /// <exception cref="InvalidConfigException">It names no store.</exception>
    public static MetadataStoreUri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(Sqlite, StringComparison.Ordinal))
            return new MetadataStoreUri(text) { SqliteOptions = ParseSqlite(text[Sqlite.Length..]) };
        if (text.StartsWith(Etcd, StringComparison.Ordinal))
            return new MetadataStoreUri(text) { EtcdOptions = ParseEtcd(text, text[Etcd.Length..]) };
        throw new InvalidConfigException(
            Setting, $"'{text}' is neither sqlite:PATH nor etcd:http://HOST:PORT[,HOST:PORT...]");
    }

    /// <summary>Opens the store; an etcd cluster is not connected to before the first call.</summary>
    /// <param name="allowPlaintext">See <see cref="EtcdMetadataOptions.AllowPlaintext"/>.</param>
    /// <exception cref="InvalidConfigException">An etcd of another host is to be spoken to in plain text.</exception>
    /// <exception cref="InvalidMetadataStoreException">
    /// The file is damaged, of a newer version, or another application's.
    /// </exception>
    /// <exception cref="MetadataStoreException">The file cannot be opened.</exception>
    public async Task<IMetadataStore> OpenAsync(
        bool allowPlaintext = false, CancellationToken cancellationToken = default) =>
        EtcdOptions is { } etcd
            ? new EtcdMetadataStore(etcd with { AllowPlaintext = etcd.AllowPlaintext || allowPlaintext })
            : await SqliteMetadataStore.OpenAsync(SqliteOptions!, cancellationToken).ConfigureAwait(false);

    /// <summary>The text.</summary>
    public override string ToString() => _text;

    private static SqliteMetadataOptions ParseSqlite(string path) => path.Length > 0
        ? new SqliteMetadataOptions { Path = path }
        : throw new InvalidConfigException(Setting, "name a file: sqlite:PATH");

    private static EtcdMetadataOptions ParseEtcd(string text, string members)
    {
        int schemeEnd = members.IndexOf("://", StringComparison.Ordinal);
        string scheme = schemeEnd < 0 ? "" : members[..(schemeEnd + 3)];
        if (scheme is not ("http://" or "https://"))
        {
            throw new InvalidConfigException(
                Setting, $"'{text}' does not go on as etcd:http://HOST:PORT or etcd:https://HOST:PORT");
        }


        string hosts = members[scheme.Length..];
        int prefixStart = FindPrefix(hosts, hosts.LastIndexOf(',') + 1);
        string? prefix = prefixStart < 0 || prefixStart == hosts.Length - 1 ? null : hosts[prefixStart..];
        if (prefixStart >= 0) hosts = hosts[..prefixStart];

        EtcdMetadataOptions options = new()
        {
            Endpoints = [.. hosts.Split(',').Select(host => ToEndpoint(text, scheme, host))],
        };
        return prefix is null ? options : options with { KeyPrefix = prefix.EndsWith('/') ? prefix : prefix + "/" };
    }

    /// <summary>Where the key prefix begins, behind the last host; -1: there is none.</summary>
    private static int FindPrefix(string hosts, int lastHost)
    {
        int start = hosts.AsSpan(lastHost).StartsWith("http", StringComparison.Ordinal)
            && hosts.IndexOf("://", lastHost, StringComparison.Ordinal) is var own and >= 0 ? own + 3 : lastHost;
        return hosts.IndexOf('/', start);
    }

    private static Uri ToEndpoint(string text, string scheme, string host)
    {
        // Each may repeat the scheme.
        string whole = host.Contains("://", StringComparison.Ordinal) ? host : scheme + host;
        bool isEndpoint = Uri.TryCreate(whole, UriKind.Absolute, out Uri? endpoint)
            && endpoint.Scheme + "://" == scheme
            && endpoint.PathAndQuery == "/"
            && endpoint.UserInfo.Length == 0
            && whole.EndsWith($":{endpoint.Port}", StringComparison.Ordinal);
        return isEndpoint
            ? endpoint!
            : throw new InvalidConfigException(Setting, $"'{host}' in '{text}' is not HOST:PORT");
    }
}
