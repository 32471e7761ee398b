using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Security;

/// <summary>Decides what a principal may do. Thread-safe.</summary>
internal interface IAuthorizer
{
    /// <summary>Whether an operation on a resource is allowed.</summary>
    /// <param name="principal">Who asks.</param>
    /// <param name="host">The address that it asks from.</param>
    /// <param name="operation">What it wants to do.</param>
    /// <param name="resource">The kind of thing it wants to do it to.</param>
    /// <param name="name">The thing's name; <see cref="ClusterName"/> for the cluster.</param>
    public bool IsAllowed(Principal principal, string host, AclOperation operation, AclResourceType resource, string name);

    /// <summary>Whether an operation is allowed on at least some resource of a type, whichever that is (KIP-679).</summary>
    public bool IsAllowedOnAny(Principal principal, string host, AclOperation operation, AclResourceType resource);

    /// <summary>The name of the one cluster resource there is.</summary>
    public const string ClusterName = "kafka-cluster";
}

/// <summary>Allows everything: security is off.</summary>
internal sealed class AllowAll : IAuthorizer
{
    public bool IsAllowed(
        Principal principal, string host, AclOperation operation, AclResourceType resource, string name) => true;

    public bool IsAllowedOnAny(
        Principal principal, string host, AclOperation operation, AclResourceType resource) => true;
}
