using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Rdma;

/// <summary>
/// Makes bytes of batches and batches of bytes: a length, the batch's number in this run, and bytes that follow from
/// the number. Lengths differ as those of records do; now and then one is longer than an entry of a ring may be.
/// </summary>
internal sealed class BatchCodec
{
    private const int HeadSize = 16;

    private readonly Dictionary<SimulatedBatch, int> _numbers = [];
    private readonly List<SimulatedBatch> _batches = [];

    public int LengthOf(IReadOnlyList<SimulatedBatch> batches)
    {
        int length = 0;
        foreach (SimulatedBatch batch in batches) length += LengthOf(NumberOf(batch));
        return length;
    }

    public void Write(IReadOnlyList<SimulatedBatch> batches, Span<byte> destination)
    {
        foreach (SimulatedBatch batch in batches)
        {
            int number = NumberOf(batch);
            int length = LengthOf(number);
            BinaryPrimitives.WriteInt64LittleEndian(destination, length);
            BinaryPrimitives.WriteInt64LittleEndian(destination[8..], number);
            MemoryMarshal.Cast<byte, long>(destination[HeadSize..length]).Fill((number + 1) * 0x0101010101010101);
            destination = destination[length..];
        }
    }

    public List<SimulatedBatch> Read(ReadOnlySpan<byte> payload)
    {
        List<SimulatedBatch> batches = [];
        while (payload.Length > 0)
        {
            batches.Add(_batches[(int)BinaryPrimitives.ReadInt64LittleEndian(payload[8..])]);
            payload = payload[(int)BinaryPrimitives.ReadInt64LittleEndian(payload)..];
        }

        return batches;
    }

    private static int LengthOf(int number)
    {
        uint hash = (uint)number * 2654435761 >> 8;
        return HeadSize + (int)(8 * (hash % 60)) + (hash % 31 == 0 ? 2400 : 0);
    }

    private int NumberOf(SimulatedBatch batch)
    {
        if (_numbers.TryGetValue(batch, out int number)) return number;
        _numbers.Add(batch, number = _batches.Count);
        _batches.Add(batch);
        return number;
    }
}
