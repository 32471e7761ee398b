using LogStore.KafkaProtocol.Security;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Diagnostics;

/// <summary>What the broker tells its logger of security; never a secret. Event ids are stable.</summary>
internal static partial class SecurityEvents
{
    [LoggerMessage(301, LogLevel.Debug, "{Connection} is {Principal}, by {Mechanism}")]
    public static partial void Authenticated(ILogger logger, string connection, string principal, string mechanism);

    [LoggerMessage(302, LogLevel.Warning, "{Connection} could not be authenticated by {Mechanism}")]
    public static partial void AuthenticationFailed(ILogger logger, string connection, string mechanism);

    [LoggerMessage(303, LogLevel.Information, "Denied {Principal} at {Host} {Operation} on {Resource} '{Name}'")]
    public static partial void Denied(
        ILogger logger, string principal, string host, AclOperation operation, AclResourceType resource, string name);

    [LoggerMessage(304, LogLevel.Debug, "Did not show {Principal} at {Host} {Resource} '{Name}'")]
    public static partial void Hidden(ILogger logger, string principal, string host, AclResourceType resource, string name);

    [LoggerMessage(305, LogLevel.Warning, "There are no users in '{File}': nobody can log in by SASL")]
    public static partial void NoUsers(ILogger logger, string file);

    [LoggerMessage(306, LogLevel.Information, "Read '{File}' again: {Users} users")]
    public static partial void ReloadedUsers(ILogger logger, string file, int users);

    [LoggerMessage(307, LogLevel.Error, "'{File}' has changed but cannot be used, what was read before holds: {Reason}")]
    public static partial void UnreadableFile(ILogger logger, string file, string reason);

    [LoggerMessage(308, LogLevel.Information, "Read the certificate in '{File}': {Subject}, valid until {Until}")]
    public static partial void LoadedCertificate(ILogger logger, string file, string subject, DateTime until);

    [LoggerMessage(309, LogLevel.Information, "{Principal} at {Host} added the rule {Acl}")]
    public static partial void AddedAcl(ILogger logger, string principal, string host, string acl);

    [LoggerMessage(310, LogLevel.Information, "{Principal} at {Host} deleted the rule {Acl}")]
    public static partial void DeletedAcl(ILogger logger, string principal, string host, string acl);
}
