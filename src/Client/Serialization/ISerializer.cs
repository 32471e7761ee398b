using System.Buffers;

namespace LogStore.Client;

/// <summary>Turns values into bytes.</summary>
/// <remarks>It is called by many threads at once.</remarks>
public interface ISerializer<in T>
{
    /// <summary>Writes a value. It is never called for null, which becomes a null key or value.</summary>
    public void Serialize(T value, IBufferWriter<byte> destination);
}

/// <summary>Turns bytes into values.</summary>
public interface IDeserializer<out T>
{
    /// <summary>
    /// Reads a value. It is never called for a null key or value, which becomes the default of the type.
    /// </summary>
    /// <param name="bytes">The bytes; valid only during the call.</param>
    public T Deserialize(ReadOnlySpan<byte> bytes);
}

/// <summary>Both directions.</summary>
public interface ISerde<T> : ISerializer<T>, IDeserializer<T>;
