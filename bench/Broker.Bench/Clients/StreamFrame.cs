using System.Buffers.Binary;
using System.Text;

namespace LogStore.Bench.Broker.Clients;

/// <summary>Writes one frame of RabbitMQ's stream protocol after the other: a size, a key, a version, and what belongs to it.</summary>
internal sealed class StreamFrame
{
    private readonly byte[] _bytes = new byte[1 << 20];
    private int _frame;
    private int _length;

    /// <summary>The frames so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public StreamFrame Clear()
    {
        _length = 0;
        return this;
    }

    /// <summary>Begins a frame.</summary>
    public StreamFrame Begin(StreamCommand command)
    {
        _frame = _length;
        return Int32(0).Int16((short)command).Int16(1);
    }

    /// <summary>Ends the frame: its size is known now.</summary>
    public StreamFrame End()
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_frame), _length - _frame - sizeof(int));
        return this;
    }

    public StreamFrame Byte(byte value)
    {
        _bytes[_length++] = value;
        return this;
    }

    public StreamFrame Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_bytes.AsSpan(_length), value);
        _length += sizeof(short);
        return this;
    }

    public StreamFrame Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_length), value);
        _length += sizeof(int);
        return this;
    }

    public StreamFrame Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.AsSpan(_length), value);
        _length += sizeof(long);
        return this;
    }

    public StreamFrame Text(string value)
    {
        Int16((short)Encoding.UTF8.GetByteCount(value));
        _length += Encoding.UTF8.GetBytes(value, _bytes.AsSpan(_length));
        return this;
    }

    /// <summary>A length and as many bytes.</summary>
    public StreamFrame Block(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        value.CopyTo(_bytes.AsSpan(_length));
        _length += value.Length;
        return this;
    }
}
