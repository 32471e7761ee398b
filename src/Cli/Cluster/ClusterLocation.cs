using LogStore.Client;

namespace LogStore.Cli.Cluster;

/// <summary>The brokers that a command line names, and how they are to be talked to.</summary>
internal sealed class ClusterLocation
{
    /// <summary>
    /// A person waits: a broker that is not there is reported at once, and one that does not answer within seconds.
    /// </summary>
    private static readonly KeyValuePair<string, string>[] Defaults =
    [
        new("client.id", "logstore-cli"),
        new("socket.connection.setup.timeout.ms", "4000"),
        new("default.api.timeout.ms", "15000"),
    ];

    private readonly ClientProperties _properties;

    private ClusterLocation(ClientProperties properties) => _properties = properties;

    /// <summary>Reads the settings of a command line.</summary>
    /// <param name="file">The file of settings; null for none.</param>
    /// <param name="settings">Settings that win over the file's.</param>
    /// <param name="defaultServers">The brokers if neither names any.</param>
    /// <exception cref="InvalidConfigException">A setting is unknown, or its value not possible.</exception>
    public static ClusterLocation Create(
        string? file, IReadOnlyCollection<KeyValuePair<string, string>> settings, string defaultServers)
    {
        ClientProperties properties = ClientProperties.From([]);
        if (file is not null)
        {
            if (!File.Exists(file))
                throw new UserErrorException($"there is no file '{file}' of client settings", ExitCode.NotFound);
            properties = ClientProperties.Load(file);
        }

        properties = properties.With(settings).WithDefaults([.. Defaults, new("bootstrap.servers", defaultServers)]);
        _ = ClientOptions.FromProperties(properties); // Mistakes are told before anything is connected to.
        return new ClusterLocation(properties);
    }

    /// <summary>The settings for a producer.</summary>
    public ProducerOptions ProducerOptions => ProducerOptions.FromProperties(_properties);

    /// <summary>The settings for a consumer.</summary>
    public ConsumerOptions ConsumerOptions => ConsumerOptions.FromProperties(_properties);

    /// <summary>A client for administration, once a broker has answered; the caller disposes it.</summary>
    /// <exception cref="UserErrorException">None does.</exception>
    public async Task<AdminClient> OpenAdminAsync(CancellationToken cancellationToken)
    {
        ClientOptions options = ClientOptions.FromProperties(_properties);
        // Later failures are tried again, for brokers restart; the first one is most likely a wrong address.
        await using (AdminClient probe = new(options with { ApiTimeout = TimeSpan.Zero }))
        {
            try
            {
                await probe.DescribeClusterAsync(cancellationToken);
            }
            catch (BrokerUnreachableException error)
            {
                string reason = (error.InnerException ?? error).Message.TrimEnd('.');
                throw new UserErrorException(
                    $"no broker answers at {options.BootstrapServers}: {reason}; " +
                    "check that it runs (logstore broker) and that --bootstrap-server and security.protocol fit it");
            }
        }

        return new AdminClient(options);
    }
}
