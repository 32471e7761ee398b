using System.Globalization;
using LogStore.Broker.Cluster;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Topics;
using LogStore.Replicator.Transport;
using LogStore.Topics;

namespace LogStore.Broker.TopicAdmin;

/// <summary>Shows and changes the settings of topics; the broker's own are shown, and changed in its configuration.</summary>
internal sealed class ConfigApi(TopicFactory factory, ICluster cluster, BrokerOptions options)
{
    public void Register(ApiTable apis)
    {
        apis.Add<DescribeConfigsRequest, DescribeConfigsResponse>(DescribeConfigs);
        apis.Add<AlterConfigsRequest, AlterConfigsResponse>(AlterConfigsAsync);
        apis.Add<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(IncrementalAlterConfigsAsync);
    }

    private DescribeConfigsResponse DescribeConfigs(DescribeConfigsRequest request, RequestContext context) => new()
    {
        // One that comes again is shown once: an answer must not be larger than what there is to show.
        Resources =
        [
            .. request.Resources.DistinctBy(resource => (resource.ResourceType, resource.ResourceName))
                .Select(resource => Describe(resource, request.IncludeSynonyms, context)),
        ],
    };

    private DescribeConfigsResponse.Resource Describe(
        DescribeConfigsRequest.Resource asked, bool includeSynonyms, RequestContext context)
    {
        DescribeConfigsResponse.Resource result = new()
        {
            ResourceType = asked.ResourceType,
            ResourceName = asked.ResourceName,
            Configs = [],
        };
        switch (asked.ResourceType)
        {
            case ConfigResourceType.Topic:
                if (!context.IsAllowed(AclOperation.DescribeConfigs, AclResourceType.Topic, asked.ResourceName))
                    return result with { ErrorCode = ErrorCode.TopicAuthorizationFailed };
                if (cluster.FindTopic(asked.ResourceName) is not { } topic)
                    return result with { ErrorCode = ErrorCode.UnknownTopicOrPartition };
                return result with { Configs = Describe(topic, asked.ConfigNames, includeSynonyms) };
            case ConfigResourceType.Broker:
                if (!context.IsAllowedOnCluster(AclOperation.DescribeConfigs))
                    return result with { ErrorCode = ErrorCode.ClusterAuthorizationFailed };
                // The empty name stands for what all brokers of a cluster share, of which there is nothing.
                if (asked.ResourceName.Length == 0) return result;
                if (asked.ResourceName != cluster.BrokerId.ToString(CultureInfo.InvariantCulture))
                    return result with
                    {
                        ErrorCode = ErrorCode.InvalidRequest,
                        ErrorMessage =
                            $"This is broker {cluster.BrokerId}: of '{asked.ResourceName}' that one itself has to be asked.",
                    };
                return result with { Configs = DescribeBroker(asked.ConfigNames) };
            default:
                return result with
                {
                    ErrorCode = ErrorCode.InvalidRequest,
                    ErrorMessage = "Only topics and brokers have settings.",
                };
        }
    }

    private DescribeConfigsResponse.Config[] Describe(Topic topic, string[]? names, bool includeSynonyms)
    {
        List<DescribeConfigsResponse.Config> configs = [];
        foreach (string name in LogConfigKeys.Names)
        {
            if (names is not null && !names.Contains(name, StringComparer.Ordinal)) continue;
            string value = topic.Config.Get(name);
            bool isDefault = value == factory.DefaultConfig.Get(name);
            ConfigSource source = !isDefault ? ConfigSource.TopicConfig
                : value == LogConfig.Default.Get(name) ? ConfigSource.DefaultConfig
                : ConfigSource.StaticBrokerConfig;
            configs.Add(new()
            {
                Name = name,
                Value = value,
                IsDefault = isDefault,
                ConfigSource = source,
                Synonyms = includeSynonyms ? [new() { Name = name, Value = value, Source = source }] : [],
            });
        }

        return [.. configs];
    }

    private DescribeConfigsResponse.Config[] DescribeBroker(string[]? names) =>
    [
        .. Configuration.BrokerSettings.Describe(options)
            .Where(setting => names is null || names.Contains(setting.Name, StringComparer.Ordinal))
            .Select(setting => new DescribeConfigsResponse.Config
            {
                Name = setting.Name,
                Value = setting.IsSecret ? null : setting.Value,
                IsSensitive = setting.IsSecret,
                ReadOnly = true,
                IsDefault = setting.IsDefault,
                ConfigSource = setting.IsDefault ? ConfigSource.DefaultConfig : ConfigSource.StaticBrokerConfig,
            }),
        .. DescribeCondition().Where(each => names is null || names.Contains(each.Name, StringComparer.Ordinal)),
    ];

    /// <summary>
    /// How the links to other brokers and the metadata store are, which Kafka has nothing for: as settings that cannot be set, so
    /// that any client can show them.
    /// </summary>
    private IEnumerable<DescribeConfigsResponse.Config> DescribeCondition()
    {
        if (cluster.IsStoreReachable is { } isReachable)
            yield return Condition("metadata.store.state", isReachable ? "reachable" : "away");
        foreach (LinkStatus link in cluster.Links)
        {
            yield return Condition(
                string.Create(CultureInfo.InvariantCulture, $"replication.link.{link.BrokerId}"),
                $"{link.Transport} {(link.IsUp ? "up" : "down")}{(link.Reason is null ? "" : $": {link.Reason}")}");
        }
    }

    private static DescribeConfigsResponse.Config Condition(string name, string value) => new()
    {
        Name = name,
        Value = value,
        ReadOnly = true,
        ConfigSource = ConfigSource.DynamicBrokerConfig,
    };

    private async ValueTask<AlterConfigsResponse> AlterConfigsAsync(AlterConfigsRequest request, RequestContext context)
    {
        var results = new AlterConfigsResponse.Resource[request.Resources.Length];
        for (int index = 0; index < results.Length; index++)
        {
            AlterConfigsRequest.Resource asked = request.Resources[index];
            // This one replaces all settings: what is not named goes back to its default.
            (ErrorCode error, string? message) = await AlterAsync(
                asked.ResourceType, asked.ResourceName, request.ValidateOnly, context,
                _ => asked.Configs.Aggregate(
                    factory.DefaultConfig,
                    (config, setting) => setting.Value is null ? config : config.With(setting.Name, setting.Value)))
                .ConfigureAwait(false);
            results[index] = new()
            {
                ErrorCode = error,
                ErrorMessage = message,
                ResourceType = asked.ResourceType,
                ResourceName = asked.ResourceName,
            };
        }

        return new() { Resources = results };
    }

    private async ValueTask<IncrementalAlterConfigsResponse> IncrementalAlterConfigsAsync(
        IncrementalAlterConfigsRequest request, RequestContext context)
    {
        var results = new IncrementalAlterConfigsResponse.Resource[request.Resources.Length];
        for (int index = 0; index < results.Length; index++)
        {
            IncrementalAlterConfigsRequest.Resource asked = request.Resources[index];
            (ErrorCode error, string? message) = await AlterAsync(
                asked.ResourceType, asked.ResourceName, request.ValidateOnly, context,
                config => asked.Configs.Aggregate(config, Apply)).ConfigureAwait(false);
            results[index] = new()
            {
                ErrorCode = error,
                ErrorMessage = message,
                ResourceType = asked.ResourceType,
                ResourceName = asked.ResourceName,
            };
        }

        return new() { Resources = results };
    }

    private LogConfig Apply(LogConfig config, IncrementalAlterConfigsRequest.Config change)
    {
        if (change.Operation == ConfigOperation.Delete)
            return config.With(change.Name, factory.DefaultConfig.Get(change.Name));
        if (change.Value is null) throw new InvalidConfigException(change.Name, "a value is needed");
        if (change.Operation == ConfigOperation.Set) return config.With(change.Name, change.Value);
        List<string> list = [.. config.Get(change.Name).Split(',', StringSplitOptions.RemoveEmptyEntries)];
        foreach (string item in change.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            list.Remove(item);
            if (change.Operation == ConfigOperation.Append) list.Add(item);
        }

        return config.With(change.Name, string.Join(',', list));
    }

    private async ValueTask<(ErrorCode Error, string? Message)> AlterAsync(
        ConfigResourceType type, string name, bool validateOnly, RequestContext context, Func<LogConfig, LogConfig> change)
    {
        if (type != ConfigResourceType.Topic)
            return (ErrorCode.InvalidRequest, "Settings of a broker are changed in its configuration, and need a restart.");
        if (!context.IsAllowed(AclOperation.AlterConfigs, AclResourceType.Topic, name))
            return (ErrorCode.TopicAuthorizationFailed, null);
        if (cluster.FindTopic(name) is not { } topic) return (ErrorCode.UnknownTopicOrPartition, null);
        try
        {
            if (validateOnly) change(topic.Config);
            else await cluster.AlterTopicAsync(name, change).ConfigureAwait(false);
            return (ErrorCode.None, null);
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException)
        {
            return (ErrorCodes.Of(exception), ErrorCodes.MessageOf(exception));
        }
    }
}
