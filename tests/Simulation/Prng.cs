using System.Numerics;

namespace LogStore.Simulation;

/// <summary>
/// Random numbers that a seed determines for ever: xoshiro256**, seeded by splitmix64. System.Random may change with the
/// runtime, and a seed in seeds.txt has to mean the same in ten years.
/// </summary>
internal sealed class Prng
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public Prng(ulong seed)
    {
        _s0 = Mix(ref seed);
        _s1 = Mix(ref seed);
        _s2 = Mix(ref seed);
        _s3 = Mix(ref seed);
    }

    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>A number between two, both inclusive.</summary>
    public long Between(long from, long to) => from + (long)(Next() % (ulong)(to - from + 1));

    /// <summary>True in so many of a thousand cases.</summary>
    public bool PerMille(int chance) => (int)(Next() % 1000) < chance;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>Puts a list in a random order.</summary>
    public void Shuffle<T>(IList<T> list)
    {
        for (int index = list.Count - 1; index > 0; index--)
        {
            int other = Below(index + 1);
            (list[index], list[other]) = (list[other], list[index]);
        }
    }

    private static ulong Mix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
