using System.Buffers.Binary;
using System.Text;
using LogStore.Bench.Broker.Servers;
using LogStore.Records;

namespace LogStore.Bench.Broker.Clients;

/// <summary>
/// Sends one record at a time to a Kafka broker over a plain socket, as the drivers of NATS and RabbitMQ do: what librdkafka's
/// threads take to hand a record over and back is not in it.
/// </summary>
internal sealed class RawKafkaClient(int port)
{
    private const short Produce = 0;
    private const short Version = 7;
    private const short AcksAll = -1;

    public Load Lone(string topic, int bytes, TimeSpan duration)
    {
        using BufferedSocket socket = new(port);
        byte[] request = Request(topic, bytes);
        // Size, correlation, topics, the name, partitions, index: then the error.
        int errorAt = (3 * sizeof(int)) + sizeof(short) + Encoding.UTF8.GetByteCount(topic) + (2 * sizeof(int));
        return LoadMeter.Lone(
            () =>
            {
                socket.Send(request);
                int size;
                while (!BinaryPrimitives.TryReadInt32BigEndian(socket.Received, out size) ||
                       socket.Received.Length < sizeof(int) + size) socket.Receive();
                short error = BinaryPrimitives.ReadInt16BigEndian(socket.Received[errorAt..]);
                if (error != 0) throw new ServerFailedException($"logstore: a record was refused with error {error}");
                socket.Consume(sizeof(int) + size);
            },
            bytes, duration);
    }

    private static byte[] Request(string topic, int bytes)
    {
        using RecordBatchBuilder builder = new();
        builder.TryAppend(0, default, new byte[bytes]);
        ReadOnlySpan<byte> batch = builder.Build().Bytes.Span;
        StreamFrame frame = new();
        frame.Int32(0).Int16(Produce).Int16(Version).Int32(1).Text("bench")
            .Int16(-1).Int16(AcksAll).Int32(30_000) // No transaction.
            .Int32(1).Text(topic).Int32(1).Int32(0).Block(batch);
        return frame.End().Bytes.ToArray();
    }
}
