using System.Buffers.Text;
using System.Globalization;
using System.Text;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clients;

/// <summary>Redis' protocol, as far as a load needs it: see "Redis serialization protocol" (RESP2) in Redis' documentation.</summary>
/// <remarks>For one thread.</remarks>
internal sealed class RedisConnection(int port) : IDisposable
{
    private readonly BufferedSocket _socket = new(port);

    /// <summary>A command as it is sent.</summary>
    public static byte[] Command(params string[] words) => Encoding.ASCII.GetBytes(string.Concat(
        words.Select(word => string.Create(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n"))
            .Prepend(string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n"))));

    public void Send(ReadOnlySpan<byte> commands) => _socket.Send(commands);

    /// <summary>The next answer, which must be a text or a number: that is returned, or a text's first number. Waits for it.</summary>
    /// <exception cref="ServerFailedException">It is an error.</exception>
    public long ReadNumber() => Utf8Parser.TryParse(Read(), out long number, out _) ? number : 0;

    public string ReadText() => Encoding.UTF8.GetString(Read());

    public void Dispose() => _socket.Dispose();

    /// <summary>The next answer without its type; valid until the next is read.</summary>
    private ReadOnlySpan<byte> Read()
    {
        while (true)
        {
            ReadOnlySpan<byte> received = _socket.Received;
            int end = received.IndexOf("\r\n"u8);
            if (end < 0)
            {
                _socket.Receive();
                continue;
            }

            ReadOnlySpan<byte> line = received[1..end];
            switch (received[0])
            {
                case (byte)'-': throw new ServerFailedException($"Redis: {Encoding.UTF8.GetString(line)}");
                case (byte)'$' when Utf8Parser.TryParse(line, out int size, out _) && size >= 0:
                    int begin = end + 2;
                    if (received.Length < begin + size + 2)
                    {
                        _socket.Receive();
                        continue;
                    }

                    _socket.Consume(begin + size + 2);
                    return received.Slice(begin, size);
                default:
                    _socket.Consume(end + 2);
                    return line;
            }
        }
    }
}
