using System.Text.Json;
using System.Text.Json.Serialization;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Diagnostics;

/// <summary>What a probe measures.</summary>
public enum ProbeOperation
{
    /// <summary>Latency of SENDs to and fro.</summary>
    Send,

    /// <summary>Latency of WRITE_WITH_IMM to and fro.</summary>
    WriteWithImmediate,

    /// <summary>Latency of WRITEs to and fro, each side watching its memory.</summary>
    Write,

    /// <summary>Bandwidth of WRITEs in one direction.</summary>
    WriteBandwidth,
}

/// <summary>What the client asks for, as one line of JSON over TCP.</summary>
internal sealed record ProbeRequest(int Version, ProbeOperation Operation, int Bytes, ProbeAddress Client)
{
    public const int CurrentVersion = 1;
    public const int MaxBytes = 8 << 20;
}

/// <summary>What the server answers: its address, or why it will not.</summary>
internal sealed record ProbeReply(ProbeAddress? Server, string? Error);

/// <summary>A queue pair and the memory behind it.</summary>
internal sealed record ProbeAddress(
    uint QueuePair, uint PacketSequenceNumber, string Gid, ushort LocalId, PathMtu Mtu, ulong Memory, uint Key)
{
    public QueuePairAddress ToQueuePairAddress() =>
        new(QueuePair, PacketSequenceNumber, Verbs.Gid.FromHex(Gid), LocalId);
}

[JsonSerializable(typeof(ProbeRequest))]
[JsonSerializable(typeof(ProbeReply))]
internal sealed partial class ProbeJson : JsonSerializerContext;

/// <summary>Lines of JSON over a stream: a request or a reply each.</summary>
internal static class ProbeLine
{
    private const int MaxLineBytes = 4096;

    public static async Task WriteAsync<T>(
        Stream stream, T message, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, type), (byte)'\n'];
        await stream.WriteAsync(line, cancellation).ConfigureAwait(false);
    }

    /// <exception cref="ProbeException">The peer closed, or what it sent is no such line.</exception>
    public static async Task<T> ReadAsync<T>(
        Stream stream, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        byte[] line = new byte[MaxLineBytes];
        int length = 0;
        while (true)
        {
            // The peer waits for an answer after each line, so nothing of a next one can be read by mistake.
            int read = length == line.Length ? 0 : await stream.ReadAsync(line.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0) throw new ProbeException("The peer closed the connection, or is no 'logstore rdma' program.");
            length += read;
            if (line[length - 1] == '\n') break;
        }

        try
        {
            return JsonSerializer.Deserialize(line.AsSpan(0, length - 1), type)
                ?? throw new ProbeException("The peer sent an empty message.");
        }
        catch (JsonException error)
        {
            throw new ProbeException("The peer is no 'logstore rdma' program: it sent no message that can be read.", error);
        }
    }
}
