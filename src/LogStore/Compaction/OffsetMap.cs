using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace LogStore.Compaction;

/// <summary>From key to the latest offset that a record with this key has, in bounded memory.</summary>
/// <remarks>
/// Keys are kept as 128 bits of an HMAC-SHA-256 under a secret of this map alone. Two keys that met would lose the earlier one's
/// record: by chance that takes some 2^64 keys, and nobody can choose keys that meet without the secret. Not thread-safe.
/// </remarks>
internal sealed class OffsetMap
{
    private const int EntryBytes = 24;
    private const int LeastCapacity = 32;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly int _maxKeys;
    private Entry[] _entries = new Entry[LeastCapacity];

    /// <param name="maxBytes">What the entries may take, in bytes; for moments, while they move, half as much again.</param>
    public OffsetMap(int maxBytes) =>
        _maxKeys = MaxKeys((int)(BitOperations.RoundUpToPowerOf2((uint)(maxBytes / EntryBytes) + 1) / 2));

    /// <summary>How many keys it holds.</summary>
    public int Count { get; private set; }

    /// <summary>How many more it is meant to hold.</summary>
    public int Room => _maxKeys - Count;

    /// <summary>Takes note of a record, at the cost of more memory where there is no room for it; offsets ascend.</summary>
    public void Put(ReadOnlySpan<byte> key, long offset)
    {
        (ulong high, ulong low) = Hash(key);
        ref Entry entry = ref Find(_entries, high, low);
        if (entry.IsFree)
        {
            if (Count >= MaxKeys(_entries.Length))
            {
                Grow();
                entry = ref Find(_entries, high, low);
            }

            Count++;
        }

        entry = new Entry(high, low, offset + 1);
    }

    /// <summary>The latest offset of a key; -1 when the map does not hold it.</summary>
    public long Latest(ReadOnlySpan<byte> key)
    {
        (ulong high, ulong low) = Hash(key);
        return Find(_entries, high, low).NextOffset - 1;
    }

    /// <summary>A quarter of the entries stays free, so that looking for a key ends soon.</summary>
    private static int MaxKeys(int capacity) => capacity / 4 * 3;

    private (ulong High, ulong Low) Hash(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, key, hash);
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]));
    }

    /// <summary>The key's entry, or the free one where it belongs.</summary>
    private static ref Entry Find(Entry[] entries, ulong high, ulong low)
    {
        int mask = entries.Length - 1;
        for (int index = (int)high & mask; ; index = (index + 1) & mask)
        {
            ref Entry entry = ref entries[index];
            if (entry.IsFree || (entry.High == high && entry.Low == low)) return ref entry;
        }
    }

    private void Grow()
    {
        Entry[] larger = new Entry[_entries.Length * 2];
        foreach (ref readonly Entry entry in _entries.AsSpan())
        {
            if (!entry.IsFree) Find(larger, entry.High, entry.Low) = entry;
        }

        _entries = larger;
    }

    /// <param name="High">One half of the key's hash.</param>
    /// <param name="Low">The other half.</param>
    /// <param name="NextOffset">The offset after the record's, so that 0 marks a free entry.</param>
    private readonly record struct Entry(ulong High, ulong Low, long NextOffset)
    {
        public bool IsFree => NextOffset == 0;
    }
}
