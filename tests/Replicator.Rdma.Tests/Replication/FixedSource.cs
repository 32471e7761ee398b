using LogStore.Replicator.Protocol;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;

namespace LogStore.Replicator.Rdma.Tests.Replication;

/// <summary>The same records again and again, at no cost.</summary>
internal sealed class FixedSource(byte[] payload) : IPayloadSource
{
    private readonly ReplicaMessage _message = TestMessages.Append(0, payload);

    public int Write(Span<byte> destination, out ReplicaMessage message)
    {
        payload.CopyTo(destination);
        message = _message;
        return payload.Length;
    }
}
