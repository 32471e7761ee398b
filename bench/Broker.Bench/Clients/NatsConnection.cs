using System.Buffers.Text;
using System.Globalization;
using System.Text;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clients;

/// <summary>A message that has arrived; valid until the next is read.</summary>
internal readonly ref struct NatsMessage
{
    /// <summary>Where an answer goes; empty if none is asked for.</summary>
    public required ReadOnlySpan<byte> Reply { get; init; }

    /// <summary>The first line begins with the status, such as <c>NATS/1.0 100</c>; empty for most messages.</summary>
    public required ReadOnlySpan<byte> Headers { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }
}

/// <summary>
/// NATS' client protocol, as far as a load needs it: see "Client Protocol" in NATS' documentation. JetStream is spoken to by
/// requests to subjects below <c>$JS.API</c>.
/// </summary>
/// <remarks>For one thread.</remarks>
internal sealed class NatsConnection : IDisposable
{
    private readonly BufferedSocket _socket;

    /// <summary>Its own: another connection may have just asked and not be unsubscribed yet.</summary>
    private readonly string _answers = $"_ASK.{Guid.NewGuid():N}";
    private int _subscriptions;

    public NatsConnection(int port)
    {
        _socket = new BufferedSocket(port);
        Send("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true}\r\n");
    }

    /// <summary>Whether a message may be read without waiting.</summary>
    public bool HasMore => _socket.HasMore;

    public void Send(ReadOnlySpan<byte> commands) => _socket.Send(commands);

    public void Send(string commands) => _socket.Send(Encoding.ASCII.GetBytes(commands));

    /// <summary>Subscribes, and returns the subscription's number.</summary>
    public int Subscribe(string subject)
    {
        int id = ++_subscriptions;
        Send($"SUB {subject} {id.ToString(CultureInfo.InvariantCulture)}\r\n");
        return id;
    }

    public void Unsubscribe(int id) => Send($"UNSUB {id.ToString(CultureInfo.InvariantCulture)}\r\n");

    /// <summary>Asks JetStream for something, with nothing else under way on this connection.</summary>
    /// <returns>The answer, in JSON.</returns>
    /// <exception cref="ServerFailedException">It answers with an error.</exception>
    public string Ask(string subject, string json)
    {
        int subscription = Subscribe(_answers);
        string length = Encoding.UTF8.GetByteCount(json).ToString(CultureInfo.InvariantCulture);
        Send($"PUB $JS.API.{subject} {_answers} {length}\r\n{json}\r\n");
        NatsMessage answer = Read();
        if (answer.Headers.IndexOf(" 503"u8) >= 0 || answer.Payload.IndexOf("\"error\""u8) >= 0)
            throw new ServerFailedException($"NATS: {subject}: {Encoding.UTF8.GetString(answer.Payload)}");
        string text = Encoding.UTF8.GetString(answer.Payload);
        Unsubscribe(subscription);
        return text;
    }

    /// <summary>The next message; waits for it.</summary>
    public NatsMessage Read()
    {
        while (true)
        {
            if (TryRead(out NatsMessage message)) return message;
            _socket.Receive();
        }
    }

    /// <summary>Receives what has arrived, or waits for something to.</summary>
    public void Receive() => _socket.Receive();

    /// <summary>The next message of those that have been received whole.</summary>
    public bool TryRead(out NatsMessage message)
    {
        message = default;
        while (true)
        {
            ReadOnlySpan<byte> received = _socket.Received;
            int end = received.IndexOf("\r\n"u8);
            if (end < 0) return false;
            ReadOnlySpan<byte> line = received[..end];
            int rest = end + 2;
            bool hasHeaders = line.StartsWith("HMSG "u8);
            if (hasHeaders || line.StartsWith("MSG "u8))
            {
                int size = LastNumber(ref line);
                if (received.Length < rest + size + 2) return false;
                int headers = hasHeaders ? LastNumber(ref line) : 0;
                message = new NatsMessage
                {
                    Reply = ReplyOf(line),
                    Headers = received.Slice(rest, headers),
                    Payload = received[(rest + headers)..(rest + size)],
                };
                _socket.Consume(rest + size + 2);
                return true;
            }

            if (line.StartsWith("-ERR"u8)) throw new ServerFailedException($"NATS: {Encoding.ASCII.GetString(line)}");
            if (line.SequenceEqual("PING"u8)) Send("PONG\r\n"u8);
            _socket.Consume(rest); // INFO, PONG and +OK need nothing.
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Takes the last word of a line, a number, from it.</summary>
    private static int LastNumber(ref ReadOnlySpan<byte> line)
    {
        int space = line.LastIndexOf((byte)' ');
        if (!Utf8Parser.TryParse(line[(space + 1)..], out int number, out _)) throw new ServerFailedException("NATS: no number");
        line = line[..space];
        return number;
    }

    /// <summary>The fourth word of <c>MSG subject subscription reply</c>, if there is one.</summary>
    private static ReadOnlySpan<byte> ReplyOf(ReadOnlySpan<byte> line)
    {
        for (int word = 0; word < 3; word++)
        {
            int space = line.IndexOf((byte)' ');
            if (space < 0) return default;
            line = line[(space + 1)..];
        }

        return line;
    }
}
