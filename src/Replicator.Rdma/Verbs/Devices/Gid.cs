using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>A port's 128-bit address. On RoCE v2 it is an IP address, IPv4 in its mapped form (<c>::ffff:a.b.c.d</c>).</summary>
public readonly struct Gid : IEquatable<Gid>
{
    /// <summary>The length of a GID in bytes.</summary>
    public const int Length = 16;

    private readonly Bytes _bytes;

    /// <summary>Makes a GID from its bytes, most significant first.</summary>
    public Gid(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Length);
        bytes.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Bytes, byte>(ref _bytes), Length));
    }

    internal Gid(in ibv_gid raw) => _bytes = Unsafe.As<ibv_gid, Bytes>(ref Unsafe.AsRef(in raw));

    internal ibv_gid Raw => Unsafe.As<Bytes, ibv_gid>(ref Unsafe.AsRef(in _bytes));

    /// <summary>Whether this is the empty entry of a GID table.</summary>
    public bool IsZero => !AsSpan().ContainsAnyExcept((byte)0);

    /// <summary>Whether it stands for an IPv4 address: the kind to choose on Soft-RoCE.</summary>
    public bool IsIPv4Mapped => ToIPAddress().IsIPv4MappedToIPv6;

    /// <summary>The IP address that it is on RoCE v2.</summary>
    public IPAddress ToIPAddress() => new(AsSpan());

    /// <summary>The GID of an IP address.</summary>
    public static Gid FromIPAddress(IPAddress address) => new(
        (address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address).GetAddressBytes());

    /// <summary>Its 32 hexadecimal digits, as rdma-core's example programs exchange them.</summary>
    public string ToHex() => Convert.ToHexStringLower(AsSpan());

    /// <summary>Reads the 32 digits that <see cref="ToHex"/> writes.</summary>
    /// <exception cref="FormatException">They are not 32 hexadecimal digits.</exception>
    public static Gid FromHex(ReadOnlySpan<char> digits)
    {
        byte[] bytes = Convert.FromHexString(digits);
        return bytes.Length == Length ? new Gid(bytes) : throw new FormatException("A GID has 32 hexadecimal digits.");
    }

    /// <summary>Eight groups of four digits, as sysfs and <c>ibv_devinfo</c> write them.</summary>
    public override string ToString()
    {
        ReadOnlySpan<byte> bytes = AsSpan();
        return string.Create(CultureInfo.InvariantCulture,
            $"{Group(bytes, 0)}:{Group(bytes, 1)}:{Group(bytes, 2)}:{Group(bytes, 3)}:{Group(bytes, 4)}:{Group(bytes, 5)}:{Group(bytes, 6)}:{Group(bytes, 7)}");
    }

    /// <inheritdoc/>
    public bool Equals(Gid other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Gid other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(AsSpan());
        return hash.ToHashCode();
    }

    /// <summary>Whether both are the same address.</summary>
    public static bool operator ==(Gid left, Gid right) => left.Equals(right);

    /// <summary>Whether they are different addresses.</summary>
    public static bool operator !=(Gid left, Gid right) => !left.Equals(right);

    private static string Group(ReadOnlySpan<byte> bytes, int index) =>
        Convert.ToHexStringLower(bytes.Slice(index * 2, 2));

    [UnscopedRef]
    private ReadOnlySpan<byte> AsSpan() => _bytes;

    [InlineArray(Length)]
    private struct Bytes
    {
        private byte _first;
    }
}
