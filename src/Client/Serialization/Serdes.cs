using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LogStore.Client;

/// <summary>The usual ways to turn values into bytes and back: those of Kafka's own serializers, and JSON.</summary>
public static class Serdes
{
    /// <summary>Bytes as they are, in an array of their own.</summary>
    public static ISerde<byte[]> Bytes { get; } = new BytesSerde();

    /// <summary>Strings as UTF-8. Bytes that are not UTF-8 become U+FFFD.</summary>
    public static ISerde<string> Utf8 { get; } = new Utf8Serde();

#pragma warning disable CA1720 // The types are what these are called for.
    /// <summary>Four bytes, big endian.</summary>
    public static ISerde<int> Int32 { get; } = new Int32Serde();

    /// <summary>Eight bytes, big endian.</summary>
    public static ISerde<long> Int64 { get; } = new Int64Serde();
#pragma warning restore CA1720

    /// <summary>JSON in UTF-8, by source-generated contracts, so that trimming and native compilation work.</summary>
    public static ISerde<T> Json<T>(JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return new JsonSerde<T>(typeInfo);
    }

    private static void CheckLength(ReadOnlySpan<byte> bytes, int length, string type)
    {
        if (bytes.Length != length)
            throw new FormatException($"{type} takes {length} bytes, but the record has {bytes.Length}.");
    }

    private sealed class BytesSerde : ISerde<byte[]>
    {
        public void Serialize(byte[] value, IBufferWriter<byte> destination) => destination.Write(value);

        public byte[] Deserialize(ReadOnlySpan<byte> bytes) => bytes.ToArray();
    }

    private sealed class Utf8Serde : ISerde<string>
    {
        public void Serialize(string value, IBufferWriter<byte> destination) =>
            Encoding.UTF8.GetBytes(value, destination);

        public string Deserialize(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
    }

    private sealed class Int32Serde : ISerde<int>
    {
        public void Serialize(int value, IBufferWriter<byte> destination)
        {
            BinaryPrimitives.WriteInt32BigEndian(destination.GetSpan(sizeof(int)), value);
            destination.Advance(sizeof(int));
        }

        public int Deserialize(ReadOnlySpan<byte> bytes)
        {
            CheckLength(bytes, sizeof(int), "A 32-bit integer");
            return BinaryPrimitives.ReadInt32BigEndian(bytes);
        }
    }

    private sealed class Int64Serde : ISerde<long>
    {
        public void Serialize(long value, IBufferWriter<byte> destination)
        {
            BinaryPrimitives.WriteInt64BigEndian(destination.GetSpan(sizeof(long)), value);
            destination.Advance(sizeof(long));
        }

        public long Deserialize(ReadOnlySpan<byte> bytes)
        {
            CheckLength(bytes, sizeof(long), "A 64-bit integer");
            return BinaryPrimitives.ReadInt64BigEndian(bytes);
        }
    }

    private sealed class JsonSerde<T>(JsonTypeInfo<T> typeInfo) : ISerde<T>
    {
        public void Serialize(T value, IBufferWriter<byte> destination)
        {
            using var writer = new Utf8JsonWriter(destination);
            JsonSerializer.Serialize(writer, value, typeInfo);
        }

        public T Deserialize(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize(bytes, typeInfo)!;
    }
}
