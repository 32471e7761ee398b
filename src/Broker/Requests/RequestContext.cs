using LogStore.Broker.Network;
using LogStore.Broker.Security;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Broker.Requests;

/// <summary>
/// One request on its way through the broker: what it is, whose it is, and, once it has been handled, how it is answered.
/// </summary>
/// <remarks>
/// Only its handler touches it until <see cref="IsComplete"/>, and only its connection's <see cref="ReplyQueue"/> after that.
/// </remarks>
internal sealed class RequestContext(ConnectionInfo connection, in RequestHeader header, RequestFrame frame)
    : IDisposable
{
    private readonly RequestHeader _header = header;
    private List<IDisposable>? _resources;
    private Action<FrameBuffer>? _write;
    private bool _isComplete;

    public ConnectionInfo Connection { get; } = connection;

    public ApiKey Api => _header.Api;

    public short Version => _header.ApiVersion;

    public int CorrelationId => _header.CorrelationId;

    /// <summary>The name that the client gave itself; it proves nothing.</summary>
    public string ClientId => _header.ClientId ?? "";

    /// <summary>Ends when the connection does: what waits on behalf of the request should end with it.</summary>
    public CancellationToken Aborted => Connection.Aborted;

    /// <summary>Whether the answer may be sent. Set last, by <see cref="Complete"/>.</summary>
    public bool IsComplete => Volatile.Read(ref _isComplete);

    /// <summary>The client wants no answer (acks=0).</summary>
    public bool NoReply { get; set; }

    /// <summary>Ends the connection after this request, without an answer.</summary>
    public bool ClosesConnection { get; set; }

    /// <summary>Ends the connection once the answer has been sent.</summary>
    public bool ClosesAfterReply { get; set; }

    /// <summary>Whether the client may do this.</summary>
    public bool IsAllowed(AclOperation operation, AclResourceType resource, string name) =>
        Connection.Authorizer.IsAllowed(Connection.Principal, Connection.RemoteHost, operation, resource, name);

    /// <summary>Whether the client may do this to some resource of a type.</summary>
    public bool IsAllowedOnAny(AclOperation operation, AclResourceType resource) =>
        Connection.Authorizer.IsAllowedOnAny(Connection.Principal, Connection.RemoteHost, operation, resource);

    /// <summary>Whether the client may do this to the cluster.</summary>
    public bool IsAllowedOnCluster(AclOperation operation) =>
        IsAllowed(operation, AclResourceType.Cluster, IAuthorizer.ClusterName);

    /// <summary>Keeps something until the answer has been sent, or will not be.</summary>
    public void DisposeAfterReply(IDisposable resource) => (_resources ??= []).Add(resource);

    /// <summary>Sets the answer.</summary>
    public void SetReply<TResponse>(TResponse response) where TResponse : IResponse
    {
        short version = Version;
        int correlationId = CorrelationId;
        _write = buffer => Responses.Write(buffer, response, version, correlationId);
    }

    /// <summary>Sets an answer in another version than the request's, for a client that must first learn the versions.</summary>
    public void SetReply<TResponse>(TResponse response, short version) where TResponse : IResponse
    {
        int correlationId = CorrelationId;
        _write = buffer => Responses.Write(buffer, response, version, correlationId);
    }

    /// <summary>Sets bytes that are no response as the answer, framed as they are.</summary>
    public void SetRawReply(Action<FrameBuffer> write) => _write = write;

    /// <summary>Hands the request to its connection's replies.</summary>
    public void Complete() => Volatile.Write(ref _isComplete, true);

    /// <summary>Writes the answer, if there is to be one.</summary>
    public void WriteReply(FrameBuffer buffer)
    {
        if (!NoReply && !ClosesConnection) _write?.Invoke(buffer);
        _write = null; // What it is made of may be much more than its bytes, and they may not be taken for long.
    }

    /// <summary>Gives back what the request and its answer took.</summary>
    public void Dispose()
    {
        frame.Dispose();
        if (_resources is null) return;
        foreach (IDisposable resource in _resources) resource.Dispose();
        _resources.Clear();
    }
}
