using LogStore.Broker.Diagnostics;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Security.Acls;

/// <summary>Shows and changes the rules: DescribeAcls, CreateAcls and DeleteAcls.</summary>
/// <param name="store">The rules; null where nothing goes by them.</param>
/// <param name="logger">Learns of every change.</param>
internal sealed class AclApi(AclStore? store, ILogger logger)
{
    private const string Disabled = "There are no rules: the broker's authorizer is off.";

    public void Register(ApiTable apis)
    {
        apis.Add<DescribeAclsRequest, DescribeAclsResponse>(Describe);
        apis.Add<CreateAclsRequest, CreateAclsResponse>(Create);
        apis.Add<DeleteAclsRequest, DeleteAclsResponse>(Delete);
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

    private CreateAclsResponse Create(CreateAclsRequest request, RequestContext context)
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
            store!.Add(acls);
            foreach (Acl acl in acls) Report(SecurityEvents.AddedAcl, context, acl);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            for (int index = 0; index < results.Length; index++)
            {
                if (results[index].ErrorCode == ErrorCode.None)
                    results[index] = new() { ErrorCode = ErrorCodes.Of(exception), ErrorMessage = exception.Message };
            }
        }

        return new() { Results = results };
    }

    private DeleteAclsResponse Delete(DeleteAclsRequest request, RequestContext context) => new()
    {
        FilterResults = Array.ConvertAll(request.Filters, asked =>
        {
            AclFilter filter = new(
                asked.ResourceType, asked.ResourceName, asked.PatternType, asked.Principal, asked.Host, asked.Operation,
                asked.PermissionType);
            (ErrorCode error, string? message) = Refusal(context, AclOperation.Alter, filter.Problem());
            if (error != ErrorCode.None)
                return new DeleteAclsResponse.FilterResult { ErrorCode = error, ErrorMessage = message, MatchingAcls = [] };
            return Delete(filter, context);
        }),
    };

    private DeleteAclsResponse.FilterResult Delete(AclFilter filter, RequestContext context)
    {
        try
        {
            IReadOnlyList<Acl> deleted = store!.Delete(filter);
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
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
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
