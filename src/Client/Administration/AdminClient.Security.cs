using LogStore.KafkaProtocol.Security;

namespace LogStore.Client;

/// <content>Rules of who may do what.</content>
public sealed partial class AdminClient
{
    /// <summary>The rules that <paramref name="filter"/> matches.</summary>
    public async Task<IReadOnlyList<AclBinding>> DescribeAclsAsync(
        AclFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var request = new DescribeAclsRequest
        {
            ResourceType = filter.ResourceType,
            ResourceName = filter.ResourceName,
            PatternType = filter.PatternType,
            Principal = filter.Principal,
            Host = filter.Host,
            Operation = filter.Operation,
            PermissionType = filter.Permission,
        };
        DescribeAclsResponse response = await AskAnyAsync<DescribeAclsRequest, DescribeAclsResponse>(
            request,
            answer => BrokerErrorException.ThrowIfError(answer.ErrorCode, "Describing ACLs", answer.ErrorMessage),
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. response.Resources.SelectMany(resource => resource.Acls.Select(acl => new AclBinding(
                resource.ResourceType, resource.ResourceName, resource.PatternType, acl.Principal, acl.Host,
                acl.Operation, acl.PermissionType))),
        ];
    }

    /// <summary>Adds rules.</summary>
    public async Task CreateAclsAsync(IEnumerable<AclBinding> acls, CancellationToken cancellationToken = default)
    {
        AclBinding[] bindings = [.. acls];
        var request = new CreateAclsRequest
        {
            Creations =
            [
                .. bindings.Select(acl => new CreateAclsRequest.Creation
                {
                    ResourceType = acl.ResourceType,
                    ResourceName = acl.ResourceName,
                    PatternType = acl.PatternType,
                    Principal = acl.Principal,
                    Host = acl.Host,
                    Operation = acl.Operation,
                    PermissionType = acl.Permission,
                }),
            ],
        };
        await AskControllerAsync<CreateAclsRequest, CreateAclsResponse>(request, answer =>
        {
            for (int i = 0; i < answer.Results.Length; i++)
            {
                BrokerErrorException.ThrowIfError(
                    answer.Results[i].ErrorCode, $"Creating {bindings[i]}", answer.Results[i].ErrorMessage);
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the rules that <paramref name="filter"/> matches.</summary>
    /// <returns>The rules that were removed.</returns>
    public async Task<IReadOnlyList<AclBinding>> DeleteAclsAsync(
        AclFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var request = new DeleteAclsRequest
        {
            Filters =
            [
                new()
                {
                    ResourceType = filter.ResourceType,
                    ResourceName = filter.ResourceName,
                    PatternType = filter.PatternType,
                    Principal = filter.Principal,
                    Host = filter.Host,
                    Operation = filter.Operation,
                    PermissionType = filter.Permission,
                },
            ],
        };
        DeleteAclsResponse response = await AskControllerAsync<DeleteAclsRequest, DeleteAclsResponse>(request, answer =>
        {
            foreach (DeleteAclsResponse.FilterResult result in answer.FilterResults)
                BrokerErrorException.ThrowIfError(result.ErrorCode, "Deleting ACLs", result.ErrorMessage);
        }, cancellationToken).ConfigureAwait(false);
        return
        [
            .. response.FilterResults.SelectMany(result => result.MatchingAcls)
                .Where(acl => acl.ErrorCode == ErrorCode.None)
                .Select(acl => new AclBinding(
                    acl.ResourceType, acl.ResourceName, acl.PatternType, acl.Principal, acl.Host, acl.Operation,
                    acl.PermissionType)),
        ];
    }
}
