using System.Globalization;
using System.Text;
using System.Text.Json;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clients;

/// <summary>
/// A load on one JetStream stream: publishes with a window of acknowledgements under way, and reads through a push consumer
/// without acknowledgements, with the flow control that keeps the server from dropping a slow reader.
/// </summary>
internal sealed class NatsClient(int port)
{
    /// <summary>The most records that are not acknowledged yet.</summary>
    private const int Window = 8192;

    /// <summary>Bytes that are sent together.</summary>
    private const int Chunk = 64 << 10;

    public void Create(string stream, int replicas = 1) => Ask(
        $"STREAM.CREATE.{stream}",
        $$"""{"name":"{{stream}}","subjects":["{{stream}}"],"storage":"file","retention":"limits","num_replicas":{{replicas}}}""");

    /// <summary>The server that leads a stream of a cluster, once so many others have all of it; null before.</summary>
    public string? LeaderOf(string stream, int followers)
    {
        using JsonDocument answer = JsonDocument.Parse(Ask($"STREAM.INFO.{stream}", ""));
        JsonElement cluster = answer.RootElement.GetProperty("cluster");
        return cluster.TryGetProperty("leader", out JsonElement leader) &&
               cluster.TryGetProperty("replicas", out JsonElement replicas) &&
               replicas.EnumerateArray().Count(replica => replica.GetProperty("current").GetBoolean()) == followers
            ? leader.GetString()
            : null;
    }

    public void Delete(string stream) => Ask($"STREAM.DELETE.{stream}", "");

    /// <summary>Publishes until so many records or so much time is used up, and all is acknowledged.</summary>
    public Load Publish(string stream, int bytes, long atMost, TimeSpan duration)
    {
        using NatsConnection connection = new(port);
        connection.Subscribe("_ACK");
        byte[] command = Command(stream, bytes);
        int burst = Math.Clamp(Chunk / command.Length, 1, Window);
        byte[] commands = [.. Enumerable.Repeat(command, burst).SelectMany(each => each)];
        SendOne(connection, command); // Unmeasured: connecting is not what is measured.
        LoadMeter meter = new();
        long sent = 0, acknowledged = 0;
        while (sent < atMost && meter.Elapsed < duration)
        {
            int count = (int)Math.Min(burst, atMost - sent);
            connection.Send(commands.AsSpan(0, count * command.Length));
            sent += count;
            while (connection.HasMore || sent - acknowledged > Window - burst)
            {
                connection.Receive();
                acknowledged += TakeAcknowledgements(connection);
            }
        }

        while (acknowledged < sent)
        {
            connection.Receive();
            acknowledged += TakeAcknowledgements(connection);
        }

        return meter.Finish(sent, bytes);
    }

    public Load Lone(string stream, int bytes, TimeSpan duration)
    {
        using NatsConnection connection = new(port);
        connection.Subscribe("_ACK");
        byte[] command = Command(stream, bytes);
        return LoadMeter.Lone(() => SendOne(connection, command), bytes, duration);
    }

    /// <summary>Reads the stream, of so many records, from its beginning, again and again.</summary>
    public Load Fetch(string stream, int bytes, long length, TimeSpan duration)
    {
        NatsConnection connection = Reader(stream);
        try
        {
            ReadOne(connection, bytes);
            long read = 0, position = 1;
            LoadMeter meter = new();
            while (true)
            {
                for (; position < length; position++, read++)
                {
                    ReadOne(connection, bytes);
                    if ((read & 1023) == 0 && meter.Elapsed >= duration) return meter.Finish(read, bytes);
                }

                connection.Dispose();
                connection = Reader(stream);
                position = 0;
            }
        }
        finally
        {
            connection.Dispose();
        }
    }

    private static byte[] Command(string stream, int bytes) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"PUB {stream} _ACK {bytes}\r\n{new string('x', bytes)}\r\n"));

    private static void SendOne(NatsConnection connection, ReadOnlySpan<byte> command)
    {
        connection.Send(command);
        CheckAcknowledgement(connection.Read());
    }

    private static int TakeAcknowledgements(NatsConnection connection)
    {
        int count = 0;
        for (; connection.TryRead(out NatsMessage message); count++) CheckAcknowledgement(message);
        return count;
    }

    private static void CheckAcknowledgement(in NatsMessage message)
    {
        if (message.Payload.IndexOf("\"seq\""u8) < 0)
            throw new ServerFailedException($"NATS: a record was refused: {Encoding.UTF8.GetString(message.Payload)}");
    }

    /// <summary>A connection to which the stream is sent, from its beginning.</summary>
    private NatsConnection Reader(string stream)
    {
        NatsConnection connection = new(port);
        string inbox = $"_READ.{Guid.NewGuid():N}";
        connection.Subscribe(inbox);
        connection.Ask("INFO", ""); // Once this is answered the server knows of the subscription.
        Ask(
            $"CONSUMER.CREATE.{stream}",
            $$$"""
            {"stream_name":"{{{stream}}}","config":{"deliver_subject":"{{{inbox}}}","deliver_policy":"all","ack_policy":"none",
            "replay_policy":"instant","flow_control":true,"idle_heartbeat":5000000000}}
            """);
        return connection;
    }

    private static void ReadOne(NatsConnection connection, int bytes)
    {
        while (true)
        {
            NatsMessage message = connection.Read();
            if (message.Headers.StartsWith("NATS/1.0 100"u8))
            {
                // Flow control: the server goes on when what it sent before this has been read.
                if (!message.Reply.IsEmpty) connection.Send($"PUB {Encoding.ASCII.GetString(message.Reply)} 0\r\n\r\n");
                continue;
            }

            if (message.Payload.Length == bytes) return;
            throw new ServerFailedException($"NATS: not a record: {Encoding.UTF8.GetString(message.Payload)}");
        }
    }

    private string Ask(string subject, string json)
    {
        using NatsConnection connection = new(port);
        return connection.Ask(subject, json);
    }
}
