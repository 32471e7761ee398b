using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Cluster;

/// <summary>Asks for the cluster and its brokers (KIP-700).</summary>
public sealed class DescribeClusterRequest : IRequest<DescribeClusterResponse>
{
    /// <summary>Whether to say what the principal may do with the cluster.</summary>
    public bool IncludeClusterAuthorizedOperations;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeCluster;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.Boolean(ref IncludeClusterAuthorizedOperations);
}

/// <summary>The cluster and its brokers.</summary>
public sealed class DescribeClusterResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
    public string? ErrorMessage;

    /// <summary>The cluster's id.</summary>
    public string ClusterId = "";

    /// <summary>The broker that changes topics are sent to; -1 if there is none.</summary>
    public int ControllerId = -1;

    /// <summary>The brokers that can be connected to.</summary>
    public Broker[] Brokers = [];

    /// <summary>
    /// What the principal may do with the cluster, as a set of bits (KIP-430): see <see cref="AclOperations"/>.
    /// </summary>
    public int ClusterAuthorizedOperations = AclOperations.NotAsked;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeCluster;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
        codec.NullableString(ref ErrorMessage);
        codec.String(ref ClusterId);
        codec.Int32(ref ControllerId);
        codec.Array(ref Brokers, version);
        codec.Int32(ref ClusterAuthorizedOperations);
    }

    /// <summary>A broker.</summary>
    public struct Broker : IWireMessage
    {
        /// <summary>The broker's id.</summary>
        public int NodeId;

        /// <summary>The host name or address to connect to.</summary>
        public string Host;

        /// <summary>The port to connect to.</summary>
        public int Port;

        /// <summary>The broker's rack; null if it has none.</summary>
        public string? Rack;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Int32(ref NodeId);
            codec.String(ref Host);
            codec.Int32(ref Port);
            codec.NullableString(ref Rack);
        }
    }
}
