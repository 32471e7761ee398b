namespace LogStore.KafkaProtocol.Wire;

/// <summary>Adds up what the fields of a message take if every string and array is empty or null.</summary>
internal struct MinimumSizer(bool flexible) : IWireCodec
{
    public int Size { get; private set; }

    public void Boolean(ref bool value) => Size += sizeof(byte);

    public void Int8(ref sbyte value) => Size += sizeof(sbyte);

    public void Int16(ref short value) => Size += sizeof(short);

    public void Int32(ref int value) => Size += sizeof(int);

    public void Int64(ref long value) => Size += sizeof(long);

    public void Uuid(ref Guid value) => Size += WireLimits.UuidBytes;

    public void String(ref string value) => AddLength(sizeof(short));

    public void NullableString(ref string? value) => AddLength(sizeof(short));

    public void Bytes(ref ReadOnlyMemory<byte> value) => AddLength(sizeof(int));

    public void NullableBytes(ref ReadOnlyMemory<byte>? value) => AddLength(sizeof(int));

    public void Records(ref RecordPayload value) => AddLength(sizeof(int));

    public void Array(ref int[] values) => AddLength(sizeof(int));

    public void Array(ref long[] values) => AddLength(sizeof(int));

    public void Array(ref string[] values) => AddLength(sizeof(int));

    public void NullableArray(ref int[]? values) => AddLength(sizeof(int));

    public void NullableArray(ref string[]? values) => AddLength(sizeof(int));

    public void Array<T>(ref T[] items, short version) where T : struct, IWireMessage => AddLength(sizeof(int));

    public void NullableArray<T>(ref T[]? items, short version) where T : struct, IWireMessage =>
        AddLength(sizeof(int));

    private void AddLength(int plainWidth) => Size += flexible ? 1 : plainWidth;
}
