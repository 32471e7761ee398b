using System.Runtime.CompilerServices;

namespace LogStore.KafkaProtocol.Wire;

/// <summary>Fields that are one of <see cref="IWireCodec"/>'s types under another name.</summary>
public static class WireCodecExtensions
{
    /// <summary>
    /// A named number, as wide as its enumeration: one or two bytes. A number without a name is kept as it is, for
    /// newer peers may know more names.
    /// </summary>
    public static void Enum<TCodec, TEnum>(this ref TCodec codec, ref TEnum value)
        where TCodec : struct, IWireCodec, allows ref struct
        where TEnum : unmanaged, Enum
    {
        if (Unsafe.SizeOf<TEnum>() == sizeof(sbyte))
        {
            sbyte number = Unsafe.BitCast<TEnum, sbyte>(value);
            codec.Int8(ref number);
            value = Unsafe.BitCast<sbyte, TEnum>(number);
        }
        else
        {
            short number = Unsafe.BitCast<TEnum, short>(value);
            codec.Int16(ref number);
            value = Unsafe.BitCast<short, TEnum>(number);
        }
    }
}
