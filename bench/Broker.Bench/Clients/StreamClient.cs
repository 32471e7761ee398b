using System.Buffers.Binary;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clients;

/// <summary>
/// A load on one RabbitMQ stream: publishes many records in each frame with a window of confirmations under way, and reads
/// whole chunks on credit.
/// </summary>
internal sealed class StreamClient(int port)
{
    /// <summary>The most records that are not confirmed yet; 10,000 is the default of RabbitMQ's own Java client.</summary>
    private const int Window = 10_000;

    /// <summary>Bytes of records in one frame.</summary>
    private const int FrameBytes = 64 << 10;

    /// <summary>Chunks that the server may send ahead.</summary>
    private const short Credit = 20;

    private const byte Id = 1;
    private const short FromFirst = 1;

    public void Create(string stream) => Ask(StreamCommand.Create, frame => frame.Text(stream).Int32(0));

    public void Delete(string stream) => Ask(StreamCommand.Delete, frame => frame.Text(stream));

    /// <summary>How many replicas of a stream are up beside its leader; none when nobody leads it.</summary>
    public int FollowersOf(string stream)
    {
        using StreamConnection connection = new(port);
        ReadOnlySpan<byte> answer = connection.Query(StreamCommand.Metadata, frame => frame.Int32(1).Text(stream));
        int brokers = BinaryPrimitives.ReadInt32BigEndian(answer);
        answer = answer[sizeof(int)..];
        for (; brokers > 0; brokers--) answer = BehindText(answer[sizeof(short)..])[sizeof(int)..]; // A reference, a host, a port.
        answer = BehindText(answer[sizeof(int)..]); // The one stream: its name, a code, the leader's reference, the followers'.
        bool hasLeader = BinaryPrimitives.ReadInt16BigEndian(answer) == StreamConnection.Ok;
        return hasLeader ? BinaryPrimitives.ReadInt32BigEndian(answer[(2 * sizeof(short))..]) : 0;
    }

    /// <summary>Publishes until so many records or so much time is used up, and all is confirmed.</summary>
    public Load Publish(string stream, int bytes, long atMost, TimeSpan duration)
    {
        using StreamConnection connection = Publisher(stream);
        byte[] value = Value(bytes);
        int burst = Math.Clamp(FrameBytes / bytes, 1, Window / 4);
        long sent = 0;
        Send(connection, value, ref sent, 1); // Unmeasured: connecting is not what is measured.
        long confirmed = Confirmations(connection.Read(StreamCommand.PublishConfirm));
        LoadMeter meter = new();
        while (sent <= atMost && meter.Elapsed < duration)
        {
            Send(connection, value, ref sent, (int)Math.Min(burst, atMost + 1 - sent));
            while (connection.HasMore || sent - confirmed > Window - burst)
            {
                connection.Receive();
                confirmed += TakeConfirmations(connection);
            }
        }

        while (confirmed < sent)
        {
            connection.Receive();
            confirmed += TakeConfirmations(connection);
        }

        return meter.Finish(sent - 1, bytes);
    }

    public Load Lone(string stream, int bytes, TimeSpan duration)
    {
        using StreamConnection connection = Publisher(stream);
        byte[] value = Value(bytes);
        long sent = 0;
        return LoadMeter.Lone(
            () =>
            {
                Send(connection, value, ref sent, 1);
                Confirmations(connection.Read(StreamCommand.PublishConfirm));
            },
            bytes, duration);
    }

    /// <summary>Reads the stream, of so many records, from its beginning, again and again.</summary>
    public Load Fetch(string stream, int bytes, long length, TimeSpan duration)
    {
        using StreamConnection connection = new(port);
        Subscribe(connection, stream);
        ReadChunk(connection, bytes, out long position);
        long read = 0;
        LoadMeter meter = new();
        while (meter.Elapsed < duration)
        {
            while (position < length && meter.Elapsed < duration)
            {
                ReadChunk(connection, bytes, out long records);
                position += records;
                read += records;
            }

            if (position < length) break;
            connection.Ask(StreamCommand.Unsubscribe, frame => frame.Byte(Id));
            position = 0;
            Subscribe(connection, stream);
        }

        return meter.Finish(read, bytes);
    }

    private static ReadOnlySpan<byte> BehindText(ReadOnlySpan<byte> bytes) =>
        bytes[(sizeof(short) + BinaryPrimitives.ReadInt16BigEndian(bytes))..];

    private static byte[] Value(int bytes)
    {
        byte[] value = new byte[bytes];
        value.AsSpan().Fill((byte)'x');
        return value;
    }

    private static void Send(StreamConnection connection, ReadOnlySpan<byte> value, ref long sent, int count)
    {
        StreamFrame frame = connection.Frame.Clear().Begin(StreamCommand.Publish).Byte(Id).Int32(count);
        for (int index = 0; index < count; index++) frame.Int64(sent++).Block(value);
        connection.Send(frame.End());
    }

    private static int TakeConfirmations(StreamConnection connection)
    {
        int count = 0;
        while (connection.TryRead(out StreamCommand command, out ReadOnlySpan<byte> content))
        {
            if (command == StreamCommand.PublishConfirm) count += Confirmations(content);
            else if (command != StreamCommand.Heartbeat) throw new ServerFailedException($"RabbitMQ: {command} came instead of a confirmation");
        }

        return count;
    }

    /// <summary>How many records a frame confirms: behind the publisher's number stands the count of theirs.</summary>
    private static int Confirmations(ReadOnlySpan<byte> content) => BinaryPrimitives.ReadInt32BigEndian(content[1..]);

    private static void Subscribe(StreamConnection connection, string stream) => connection.Ask(
        StreamCommand.Subscribe, frame => frame.Byte(Id).Text(stream).Int16(FromFirst).Int16(Credit).Int32(0));

    /// <summary>Reads a chunk, stepping through its records as a consumer would, and gives credit for another.</summary>
    private static void ReadChunk(StreamConnection connection, int bytes, out long records)
    {
        const int CountAt = 1 + 2;       // Behind the subscription's number, and the chunk's magic, version and type.
        const int EntriesAt = 1 + 48;    // The chunk's head has 48 bytes.
        ReadOnlySpan<byte> chunk = connection.Read(StreamCommand.Deliver);
        int count = BinaryPrimitives.ReadUInt16BigEndian(chunk[CountAt..]);
        ReadOnlySpan<byte> entries = chunk[EntriesAt..];
        for (int index = 0; index < count; index++)
        {
            int size = BinaryPrimitives.ReadInt32BigEndian(entries);
            if (size != bytes) throw new ServerFailedException($"RabbitMQ: a record of {size} bytes where {bytes} were expected");
            entries = entries[(sizeof(int) + size)..];
        }

        records = count;
        connection.Send(connection.Frame.Clear().Begin(StreamCommand.Credit).Byte(Id).Int16(1).End());
    }

    private StreamConnection Publisher(string stream)
    {
        StreamConnection connection = new(port);
        connection.Ask(StreamCommand.DeclarePublisher, frame => frame.Byte(Id).Text("").Text(stream));
        return connection;
    }

    private void Ask(StreamCommand command, Action<StreamFrame> write)
    {
        using StreamConnection connection = new(port);
        connection.Ask(command, write);
    }
}
