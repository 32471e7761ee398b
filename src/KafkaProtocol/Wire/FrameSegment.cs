namespace LogStore.KafkaProtocol.Wire;

/// <summary>
/// A stretch of frames that are ready to be sent: bytes in memory, or bytes that the sender has to put in.
/// </summary>
/// <param name="Bytes">The bytes; empty where they are external.</param>
/// <param name="Source">What the sender takes external bytes from, as it was given to <see
/// cref="RecordPayload.FromExternal"/>; null where the bytes are in memory.</param>
/// <param name="Length">The size in bytes, wherever the bytes are.</param>
public readonly record struct FrameSegment(ReadOnlyMemory<byte> Bytes, object? Source, int Length);
