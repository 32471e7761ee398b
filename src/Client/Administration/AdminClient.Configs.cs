using System.Globalization;
using LogStore.KafkaProtocol.Topics;

namespace LogStore.Client;

/// <content>Settings.</content>
public sealed partial class AdminClient
{
    /// <summary>The settings of a topic or broker that are in force, by name.</summary>
    public async Task<IReadOnlyList<ConfigEntry>> DescribeConfigsAsync(
        ConfigResource resource, CancellationToken cancellationToken = default)
    {
        var request = new DescribeConfigsRequest
        {
            Resources = [new() { ResourceType = resource.Type, ResourceName = resource.Name }],
        };
        DescribeConfigsResponse response = await AskResourceAsync<DescribeConfigsRequest, DescribeConfigsResponse>(
            resource, request, answer =>
        {
            foreach (DescribeConfigsResponse.Resource each in answer.Resources)
                Check(each.ErrorCode, each.ErrorMessage, "Describing the settings of", resource);
        }, cancellationToken).ConfigureAwait(false);
        return
        [
            .. response.Resources.SelectMany(each => each.Configs).OrderBy(each => each.Name, StringComparer.Ordinal)
                .Select(each => new ConfigEntry(
                    each.Name, each.Value, SourceOf(each), each.ReadOnly, each.IsSensitive)),
        ];
    }

    /// <summary>Changes some settings and leaves the others as they are (KIP-339).</summary>
    public async Task AlterConfigsAsync(
        ConfigResource resource, IEnumerable<ConfigChange> changes, bool validateOnly = false,
        CancellationToken cancellationToken = default)
    {
        var request = new IncrementalAlterConfigsRequest
        {
            ValidateOnly = validateOnly,
            Resources =
            [
                new()
                {
                    ResourceType = resource.Type,
                    ResourceName = resource.Name,
                    Configs =
                    [
                        .. changes.Select(change => new IncrementalAlterConfigsRequest.Config
                        {
                            Name = change.Name,
                            Operation = change.Operation,
                            Value = change.Value,
                        }),
                    ],
                },
            ],
        };
        await AskResourceAsync<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
            resource, request, answer =>
        {
            foreach (IncrementalAlterConfigsResponse.Resource each in answer.Resources)
                Check(each.ErrorCode, each.ErrorMessage, "Changing the settings of", resource);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Only a broker itself knows its settings; those of topics are known to all.</summary>
    private Task<TResponse> AskResourceAsync<TRequest, TResponse>(
        ConfigResource resource, TRequest request, Action<TResponse> check, CancellationToken cancellationToken)
        where TRequest : IRequest<TResponse>
        where TResponse : IResponse, new()
    {
        bool isBroker = resource.Type is ConfigResourceType.Broker or ConfigResourceType.BrokerLogger;
        return isBroker && int.TryParse(resource.Name, CultureInfo.InvariantCulture, out int nodeId)
            ? AskAsync(token => ConnectNodeAsync(nodeId, token), request, check, cancellationToken)
            : AskAnyAsync(request, check, cancellationToken);
    }

    private static void Check(ErrorCode code, string? message, string what, ConfigResource resource)
    {
        if (code == ErrorCode.UnknownTopicOrPartition) throw new UnknownTopicException(resource.Name);
        BrokerErrorException.ThrowIfError(code, $"{what} {resource.Type} '{resource.Name}'", message);
    }

    /// <summary>Version 0 of the answer says only whether a value is the default.</summary>
    private static ConfigSource SourceOf(in DescribeConfigsResponse.Config config) =>
        config.ConfigSource == ConfigSource.Unknown && config.IsDefault
            ? ConfigSource.DefaultConfig : config.ConfigSource;
}
