namespace LogStore.Broker.Configuration;

/// <summary>
/// The broker's settings by Kafka's names, each written down once: what it means, how it is read, how it is shown. A file of
/// settings and single ones of a command line go through here.
/// </summary>
public static class BrokerSettings
{
    private static readonly Setting[] Table =
    [
        Setting.Integer(
            "broker.id", "The broker's number; by default that of the data directory, or 1",
            options => options.BrokerId ?? -1, (options, value) => options with { BrokerId = value }),
        new(
            "listeners", "Where to listen: PROTOCOL://HOST:PORT, several separated by commas",
            options => string.Join(',', options.Listeners),
            (options, text) => options with { Listeners = Listeners("listeners", text) }),
        new(
            "advertised.listeners", "What clients are told to connect to, where that differs from listeners",
            options => string.Join(',', options.AdvertisedListeners),
            (options, text) => options with { AdvertisedListeners = Listeners("advertised.listeners", text) }),
        new(
            "health.listener", "Where to answer GET /live and /ready over HTTP: HOST:PORT",
            options => options.HealthListener is { } health ? $"{health.Host}:{health.Port}" : "",
            (options, text) => options with
            {
                HealthListener = text.Length == 0 ? null : Listeners("health.listener", text)[0],
            }),
        Setting.Boolean(
            "allow.insecure.listeners", "Allow listeners without TLS on addresses other than loopback ones",
            options => options.AllowInsecureListeners, (options, value) => options with { AllowInsecureListeners = value }),
        Setting.File(
            "ssl.keystore.location", "The broker's certificate, with its chain, in PEM",
            security => security.KeyStoreFile, (security, value) => security with { KeyStoreFile = value }),
        Setting.Only("ssl.keystore.type", "The form of that file", "PEM"),
        Setting.File(
            "ssl.key.location", "The certificate's private key, in PEM, where it is not in the same file",
            security => security.KeyFile, (security, value) => security with { KeyFile = value }),
        Setting.File(
            "ssl.key.password", "What the private key is encrypted with",
            security => security.KeyPassword, (security, value) => security with { KeyPassword = value }, isSecret: true),
        Setting.File(
            "ssl.truststore.location", "The authorities whose client certificates are trusted, in PEM",
            security => security.TrustStoreFile, (security, value) => security with { TrustStoreFile = value }),
        Setting.Only("ssl.truststore.type", "The form of that file", "PEM"),
        Setting.Choice(
            "ssl.client.auth", "Whether clients of SSL listeners present a certificate", ["none", "requested", "required"],
            options => (int)options.Security.ClientAuthentication,
            (options, value) => options with
            {
                Security = options.Security with { ClientAuthentication = (ClientAuthentication)value },
            }),
        Setting.List(
            "sasl.enabled.mechanisms", "The mechanisms of SASL listeners: SCRAM-SHA-256, SCRAM-SHA-512, PLAIN", ',',
            security => security.Mechanisms, (security, value) => security with { Mechanisms = value }),
        Setting.File(
            "sasl.users.file", "The users; users.json in the data directory if nothing is given",
            security => security.UsersFile, (security, value) => security with { UsersFile = value }),
        Setting.Milliseconds(
            "connection.failed.authentication.delay.ms", "How long a client waits to hear that it was refused",
            options => options.Security.FailureDelay,
            (options, value) => options with { Security = options.Security with { FailureDelay = value } }),
        Setting.Choice(
            "authorizer", "acl: by rules; none: everything is allowed; auto: by rules if a listener authenticates its clients",
            ["auto", "acl", "none"],
            options => (int)options.Security.Authorizer,
            (options, value) => options with { Security = options.Security with { Authorizer = (AuthorizerKind)value } }),
        Setting.List(
            "super.users", "Who may do everything: principals as in User:admin, separated by semicolons", ';',
            security => security.SuperUsers, (security, value) => security with { SuperUsers = value }),
        Setting.Boolean(
            "allow.everyone.if.no.acl.found", "Allow what no rule is about",
            options => options.Security.AllowIfNoAclFound,
            (options, value) => options with { Security = options.Security with { AllowIfNoAclFound = value } }),
        new(
            "broker.rack", "The rack that clients are told of",
            options => options.Rack ?? "", (options, text) => options with { Rack = text.Length == 0 ? null : text }),
        Setting.Boolean(
            "auto.create.topics.enable", "Make a topic when a client first asks for it",
            options => options.AutoCreateTopics, (options, value) => options with { AutoCreateTopics = value }),
        Setting.Integer(
            "num.partitions", "The partitions of a topic whose creator does not say",
            options => options.DefaultPartitions, (options, value) => options with { DefaultPartitions = value }),
        Setting.Integer(
            "default.replication.factor", "The replicas of a topic whose creator does not say",
            options => options.DefaultReplicationFactor,
            (options, value) => options with { DefaultReplicationFactor = value }),
        .. ClusterSettings.All,
        Setting.Integer(
            "socket.request.max.bytes", "The largest request, in bytes",
            options => options.MaxRequestBytes, (options, value) => options with { MaxRequestBytes = value }),
        Setting.Long(
            "queued.max.request.bytes", "The memory that all requests under way may take, in bytes",
            options => options.MaxQueuedRequestBytes, (options, value) => options with { MaxQueuedRequestBytes = value }),
        Setting.Integer(
            "max.connections", "The most connections at a time",
            options => options.MaxConnections, (options, value) => options with { MaxConnections = value }),
        Setting.Milliseconds(
            "connections.max.idle.ms", "Close a connection after so long without a request",
            options => options.MaxIdle, (options, value) => options with { MaxIdle = value }),
        Setting.Milliseconds(
            "connection.stall.ms", "Close a connection whose request stops coming for so long",
            options => options.StallTimeout, (options, value) => options with { StallTimeout = value }),
        Setting.Integer(
            "fetch.max.bytes", "The most bytes of one fetch answer, its first batch aside",
            options => options.MaxFetchBytes, (options, value) => options with { MaxFetchBytes = value }),
        Setting.Integer(
            "max.incremental.fetch.session.cache.slots", "The most fetch sessions",
            options => options.MaxFetchSessions, (options, value) => options with { MaxFetchSessions = value }),
        Setting.Milliseconds(
            "controlled.shutdown.timeout.ms", "How long a stop waits for requests under way",
            options => options.StopTimeout, (options, value) => options with { StopTimeout = value }),
        Setting.Milliseconds(
            "group.min.session.timeout.ms", "The shortest session that a member of a group may ask for",
            options => options.Groups.MinSessionTimeout,
            (options, value) => options with { Groups = options.Groups with { MinSessionTimeout = value } }),
        Setting.Milliseconds(
            "group.max.session.timeout.ms", "The longest session that a member of a group may ask for",
            options => options.Groups.MaxSessionTimeout,
            (options, value) => options with { Groups = options.Groups with { MaxSessionTimeout = value } }),
        Setting.Milliseconds(
            "group.initial.rebalance.delay.ms", "How long a group's first generation waits for more members",
            options => options.Groups.InitialRebalanceDelay,
            (options, value) => options with { Groups = options.Groups with { InitialRebalanceDelay = value } }),
        Setting.Integer(
            "group.max.size", "How many members a group may have",
            options => options.Groups.MaxSize,
            (options, value) => options with { Groups = options.Groups with { MaxSize = value } }),
        Setting.Integer(
            "offset.metadata.max.bytes", "The longest note beside a committed offset",
            options => options.Groups.OffsetMetadataMaxBytes,
            (options, value) => options with { Groups = options.Groups with { OffsetMetadataMaxBytes = value } }),
        Setting.Integer(
            "offsets.retention.minutes", "How long committed offsets that nobody uses are kept",
            options => (int)options.Groups.OffsetsRetention.TotalMinutes,
            (options, value) => options with
            {
                Groups = options.Groups with { OffsetsRetention = TimeSpan.FromMinutes(value) },
            }),
        Setting.Milliseconds(
            "offsets.retention.check.interval.ms", "How often it is looked for such offsets",
            options => options.Groups.OffsetsRetentionCheckInterval,
            (options, value) => options with { Groups = options.Groups with { OffsetsRetentionCheckInterval = value } }),
        Setting.Integer(
            "offsets.topic.num.partitions", "The partitions of the topic of committed offsets, when it is made",
            options => options.Groups.OffsetsTopicPartitions,
            (options, value) => options with { Groups = options.Groups with { OffsetsTopicPartitions = value } }),
        Setting.Integer(
            "offsets.topic.replication.factor", "Its replicas, when it is made; no more than there are brokers",
            options => options.Groups.OffsetsTopicReplicationFactor,
            (options, value) => options with { Groups = options.Groups with { OffsetsTopicReplicationFactor = value } }),
        Setting.Integer(
            "offsets.topic.segment.bytes", "The size of its segments, in bytes, when it is made",
            options => options.Groups.OffsetsTopicSegmentBytes,
            (options, value) => options with { Groups = options.Groups with { OffsetsTopicSegmentBytes = value } }),
        TopicDefault("log.segment.bytes", "segment.bytes", "Roll a segment before it passes this size, in bytes"),
        TopicDefault("log.roll.ms", "segment.ms", "Roll a segment whose first record is this old"),
        TopicDefault("log.index.interval.bytes", "index.interval.bytes", "One index entry for about this many bytes"),
        TopicDefault("log.index.size.max.bytes", "segment.index.bytes", "Roll a segment before its index passes this size"),
        TopicDefault("log.retention.ms", "retention.ms", "Delete segments older than this; -1 keeps them"),
        TopicDefault("log.retention.bytes", "retention.bytes", "Delete the oldest segments of a larger log; -1 keeps them"),
        TopicDefault("log.cleanup.policy", "cleanup.policy", "delete, compact, or both: what becomes of old records"),
        TopicDefault("log.cleaner.min.cleanable.ratio", "min.cleanable.dirty.ratio", "Compact when so much of a log is new"),
        TopicDefault("log.cleaner.delete.retention.ms", "delete.retention.ms", "Keep tombstones for so many milliseconds"),
        TopicDefault("log.cleaner.min.compaction.lag.ms", "min.compaction.lag.ms", "Compact nothing that is younger"),
        TopicDefault("log.cleaner.max.compaction.lag.ms", "max.compaction.lag.ms", "Compact whatever is older"),
        TopicDefault("log.flush.interval.messages", "flush.messages", "Flush after so many records; 1 flushes every append"),
        TopicDefault("log.flush.interval.ms", "flush.ms", "Flush what was appended within so many milliseconds"),
        TopicDefault("log.message.timestamp.type", "message.timestamp.type", "CreateTime or LogAppendTime"),
        TopicDefault(
            "log.message.timestamp.difference.max.ms", "message.timestamp.difference.max.ms",
            "Refuse records whose producer's time is further from the broker's, in milliseconds"),
        TopicDefault("log.message.downconversion.enable", "message.downconversion.enable", "Without effect"),
        TopicDefault("log.message.format.version", "message.format.version", "Without effect"),
        TopicDefault("log.roll.jitter.ms", "segment.jitter.ms", "Without effect"),
        TopicDefault("log.segment.delete.delay.ms", "file.delete.delay.ms", "Without effect"),
        TopicDefault("log.preallocate", "preallocate", "Reserve blocks ahead of the data"),
        TopicDefault(
            "min.insync.replicas", "min.insync.replicas", "How many replicas must have a batch that is sent with acks=all"),
        TopicDefault(
            "unclean.leader.election.enable", "unclean.leader.election.enable",
            "Rather lose committed records than be without a leader"),
        TopicDefault("message.max.bytes", "max.message.bytes", "The largest record batch, in bytes"),
    ];

    /// <summary>A setting as it is in force.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Help">What it means.</param>
    /// <param name="Value">Its value as text.</param>
    /// <param name="IsDefault">Whether that is what holds where nothing is set.</param>
    /// <param name="IsSecret">Whether it must not be shown.</param>
    public readonly record struct Description(string Name, string Help, string Value, bool IsDefault, bool IsSecret);

    /// <summary>All settings, with their values in <paramref name="options"/>.</summary>
    public static IReadOnlyList<Description> Describe(BrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        BrokerOptions defaults = new() { Directory = options.Directory };
        return
        [
            .. Table.Select(setting => new Description(
                setting.Name, setting.Help, setting.Read(options), setting.Read(options) == setting.Read(defaults),
                setting.IsSecret)),
        ];
    }

    /// <summary>A copy of <paramref name="options"/> with one setting changed.</summary>
    /// <exception cref="InvalidConfigException">There is no such setting, or the value does not fit it.</exception>
    public static BrokerOptions With(this BrokerOptions options, string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Setting setting = Array.Find(Table, each => each.Name == name) ??
            throw new InvalidConfigException(name, $"there is no such setting; known are {string.Join(", ", Names())}");
        return setting.Apply(options, value);
    }

    /// <summary>A copy of <paramref name="options"/> with the settings of a <see cref="SettingsFile"/>.</summary>
    /// <exception cref="InvalidConfigException">A line is no setting, or not one that is known here.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static BrokerOptions WithFile(this BrokerOptions options, string path)
    {
        foreach ((int line, string name, string value) in SettingsFile.Read(path))
        {
            try
            {
                options = options.With(name, value);
            }
            catch (InvalidConfigException exception)
            {
                throw new InvalidConfigException(name, $"{path}, line {line}: {Reason(exception)}");
            }
        }

        return options;
    }

    private static string Reason(InvalidConfigException exception) =>
        exception.Message[(exception.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..].TrimEnd('.');

    private static IEnumerable<string> Names() => Table.Select(setting => setting.Name);

    private static Setting TopicDefault(string name, string topicName, string help) => new(
        name, $"{help} ({topicName} of topics that do not set it)",
        options => options.DefaultTopicConfig.Get(topicName),
        (options, text) =>
        {
            try
            {
                return options with { DefaultTopicConfig = options.DefaultTopicConfig.With(topicName, text) };
            }
            catch (InvalidConfigException exception)
            {
                throw new InvalidConfigException(name, Reason(exception));
            }
        });

    internal static ListenerOptions[] Listeners(string name, string text)
    {
        try
        {
            return Array.ConvertAll(
                text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), ListenerOptions.Parse);
        }
        catch (FormatException exception)
        {
            throw new InvalidConfigException(name, exception.Message);
        }
    }
}
