using LogStore.Broker.Diagnostics;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Security.Acls;

/// <summary>Shows and changes the rules: DescribeAcls, CreateAcls and DeleteAcls.</summary>
/// <param name="store">The rules; null where nothing goes by them.</param>
/// <param name="logger">Learns of every change.</param>
internal sealed class AclApi(IAclStore? store, ILogger logger)
{
    private const string Disabled = "There are no rules: the broker's authorizer is off.";

    public void Register(ApiTable apis)
    {
        apis.Add<DescribeAclsRequest, DescribeAclsResponse>(Describe);
        apis.Add<CreateAclsRequest, CreateAclsResponse>(CreateAsync);
        apis.Add<DeleteAclsRequest, DeleteAclsResponse>(DeleteAsync);
    }

    private DescribeAclsResponse Describe(DescribeAclsRequest request, RequestContext context)
    {
        AclFilter filter = new(
            request.ResourceType, request.ResourceName, request.PatternType, request.Principal, request.Host,
            request.Operation, request.PermissionType);
        if (Refusal(context, AclOperation.Describe, filter.Problem()) is (not ErrorCode.None, _) refusal)
            return new() { ErrorCode = refusal.Error, ErrorMessage = refusal.Message };
        return new()
        {
            Resources =
            [
                .. store!.Rules.All.Where(filter.Matches)
                    .GroupBy(acl => (acl.ResourceType, acl.Name, acl.PatternType))
                    .Select(resource => new DescribeAclsResponse.Resource
                    {
                        ResourceType = resource.Key.ResourceType,
                        ResourceName = resource.Key.Name,
                        PatternType = resource.Key.PatternType,
                        Acls = [.. resource.Select(acl => new DescribeAclsResponse.Acl
                        {
                            Principal = acl.Principal,
                            Host = acl.Host,
                            Operation = acl.Operation,
                            PermissionType = acl.Permission,
                        })],
                    }),
            ],
        };
    }

    private async ValueTask<CreateAclsResponse> CreateAsync(CreateAclsRequest request, RequestContext context)
    {
        List<Acl> acls = [];
        CreateAclsResponse.Result[] results = Array.ConvertAll(request.Creations, creation =>
        {
            Acl acl = new(
                creation.ResourceType, creation.ResourceName, creation.PatternType, creation.Principal, creation.Host,
                creation.Operation, creation.PermissionType);
            (ErrorCode error, string? message) = Refusal(context, AclOperation.Alter, acl.Problem());
            if (error == ErrorCode.None) acls.Add(acl);
            return new CreateAclsResponse.Result { ErrorCode = error, ErrorMessage = message };
        });
        if (acls.Count == 0) return new() { Results = results };
        try
        {
            await store!.ChangeAsync(present => present.Union(acls), context.Aborted).ConfigureAwait(false);
            foreach (Acl acl in acls) Report(SecurityEvents.AddedAcl, context, acl);
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException)
        {
            for (int index = 0; index < results.Length; index++)
            {
                if (results[index].ErrorCode == ErrorCode.None)
                    results[index] = new() { ErrorCode = ErrorCodes.Of(exception), ErrorMessage = ErrorCodes.MessageOf(exception) };
            }
        }

        return new() { Results = results };
    }

    private async ValueTask<DeleteAclsResponse> DeleteAsync(DeleteAclsRequest request, RequestContext context)
    {
        var results = new DeleteAclsResponse.FilterResult[request.Filters.Length];
        for (int index = 0; index < results.Length; index++)
        {
            DeleteAclsRequest.Filter asked = request.Filters[index];
            AclFilter filter = new(
                asked.ResourceType, asked.ResourceName, asked.PatternType, asked.Principal, asked.Host, asked.Operation,
                asked.PermissionType);
            (ErrorCode error, string? message) = Refusal(context, AclOperation.Alter, filter.Problem());
            results[index] = error == ErrorCode.None
                ? await DeleteAsync(filter, context).ConfigureAwait(false)
                : new() { ErrorCode = error, ErrorMessage = message, MatchingAcls = [] };
        }

        return new() { FilterResults = results };
    }

    private async ValueTask<DeleteAclsResponse.FilterResult> DeleteAsync(AclFilter filter, RequestContext context)
    {
        try
        {
            Acl[] deleted = [];
            await store!.ChangeAsync(
                present =>
                {
                    deleted = [.. present.Where(filter.Matches)];
                    return present.Except(deleted);
                },
                context.Aborted).ConfigureAwait(false);
            foreach (Acl acl in deleted) Report(SecurityEvents.DeletedAcl, context, acl);
            return new()
            {
                MatchingAcls = [.. deleted.Select(acl => new DeleteAclsResponse.MatchingAcl
                {
                    ResourceType = acl.ResourceType,
                    ResourceName = acl.Name,
                    PatternType = acl.PatternType,
                    Principal = acl.Principal,
                    Host = acl.Host,
                    Operation = acl.Operation,
                    PermissionType = acl.Permission,
                })],
            };
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException)
        {
            return new() { ErrorCode = ErrorCodes.Of(exception), ErrorMessage = exception.Message, MatchingAcls = [] };
        }
    }

    private (ErrorCode Error, string? Message) Refusal(RequestContext context, AclOperation operation, string? problem)
    {
        if (!context.IsAllowedOnCluster(operation)) return (ErrorCode.ClusterAuthorizationFailed, null);
        if (store is null) return (ErrorCode.SecurityDisabled, Disabled);
        return problem is null ? (ErrorCode.None, null) : (ErrorCode.InvalidRequest, problem);
    }

    private void Report(Action<ILogger, string, string, string> log, RequestContext context, Acl acl) =>
        log(logger, context.Connection.Principal.ToString(), context.Connection.RemoteHost, acl.ToString());
}
