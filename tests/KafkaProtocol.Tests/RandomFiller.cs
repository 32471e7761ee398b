using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Tests;

/// <summary>
/// One more thing to do with every field of a message: give it a random value that the version can carry.
/// </summary>
internal readonly struct RandomFiller(Random random) : IWireCodec
{
    private static readonly string[] Strings = ["", "orders", "größe", "日本", new string('x', 200)];

    public void Boolean(ref bool value) => value = random.Next(2) == 0;

    public void Int8(ref sbyte value) => value = (sbyte)random.Next(sbyte.MinValue, sbyte.MaxValue + 1);

    public void Int16(ref short value) => value = (short)random.Next(short.MinValue, short.MaxValue + 1);

    public void Int32(ref int value) => value = random.Next(int.MinValue, int.MaxValue);

    public void Int64(ref long value) => value = random.NextInt64(long.MinValue, long.MaxValue);

    public void Uuid(ref Guid value)
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        value = new Guid(bytes);
    }

    public void String(ref string value) => value = NextString();

    public void NullableString(ref string? value) => value = IsNull() ? null : NextString();

    public void Bytes(ref ReadOnlyMemory<byte> value) => value = NextBytes();

    public void NullableBytes(ref ReadOnlyMemory<byte>? value)
    {
        if (IsNull()) value = null;
        else value = NextBytes();
    }

    public void Records(ref RecordPayload value) =>
        value = IsNull() ? RecordPayload.Null : RecordPayload.FromBytes(NextBytes());

    public void Array(ref int[] values) => values = NextInt32s();

    public void Array(ref long[] values)
    {
        values = new long[random.Next(4)];
        foreach (ref long value in values.AsSpan()) Int64(ref value);
    }

    public void Array(ref string[] values) => values = NextStrings();

    public void NullableArray(ref int[]? values) => values = IsNull() ? null : NextInt32s();

    public void NullableArray(ref string[]? values) => values = IsNull() ? null : NextStrings();

    public void Array<T>(ref T[] items, short version) where T : struct, IWireMessage => items = NextItems<T>(version);

    public void NullableArray<T>(ref T[]? items, short version) where T : struct, IWireMessage =>
        items = IsNull() ? null : NextItems<T>(version);

    private bool IsNull() => random.Next(4) == 0;

    private string NextString() => Strings[random.Next(Strings.Length)];

    private byte[] NextBytes()
    {
        byte[] bytes = new byte[random.Next(8) == 0 ? random.Next(3 * FrameBuffer.SpliceFrom) : random.Next(20)];
        random.NextBytes(bytes);
        return bytes;
    }

    private int[] NextInt32s()
    {
        int[] values = new int[random.Next(4)];
        foreach (ref int value in values.AsSpan()) Int32(ref value);
        return values;
    }

    private string[] NextStrings()
    {
        string[] values = new string[random.Next(4)];
        foreach (ref string value in values.AsSpan()) String(ref value);
        return values;
    }

    private T[] NextItems<T>(short version) where T : struct, IWireMessage
    {
        var items = new T[random.Next(4)];
        RandomFiller filler = this;
        foreach (ref T item in items.AsSpan())
        {
            item = new T();
            item.Visit(ref filler, version);
        }

        return items;
    }
}
