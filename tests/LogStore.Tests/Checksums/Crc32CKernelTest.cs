using LogStore.Checksums;
using Xunit;

namespace LogStore.Tests.Checksums;

/// <summary>Every kernel that this CPU supports; those that it does not are reported as skipped, by name.</summary>
public sealed class Crc32CKernelTest
{
    public static TheoryData<string> Kernels => [.. Crc32CKernels.All.Select(kernel => kernel.Name)];

    /// <summary>The examples of RFC 3720, appendix B.4, and the check value that catalogues of CRCs list.</summary>
    private static readonly (byte[] Bytes, uint Checksum)[] Published =
    [
        ([], 0),
        ("123456789"u8.ToArray(), 0xE306_9283),
        (new byte[32], 0x8A91_36AA),
        ([.. Enumerable.Repeat((byte)0xFF, 32)], 0x62A8_AB43),
        ([.. Enumerable.Range(0, 32).Select(value => (byte)value)], 0x46DD_794E),
        ([.. Enumerable.Range(0, 32).Select(value => (byte)(31 - value))], 0x113F_DB5C),
        (
            [
                0x01, 0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18,
                0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
            ],
            0xD996_3A56),
    ];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void AKernelReproducesThePublishedExamples(string name)
    {
        Crc32CKernel kernel = Supported(name);
        Assert.All(Published, example => Assert.Equal(example.Checksum, ~kernel.Update(~0u, example.Bytes)));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void AKernelAgreesWithTheDefinitionAtEveryLength(string name)
    {
        Crc32CKernel kernel = Supported(name);
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] bytes = RandomBytes(random, 4096 + 64);
        for (int length = 0; length <= 4096; length++)
        {
            int start = random.Next(64);
            uint register = (uint)random.NextInt64();
            AssertAgrees(kernel, register, bytes, start, length, seed);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void AKernelAgreesWithTheDefinitionAtEveryAlignment(string name)
    {
        Crc32CKernel kernel = Supported(name);
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] bytes = RandomBytes(random, 4096 + 64);
        for (int start = 0; start < 64; start++)
        {
            for (int length = 0; length <= 256; length++) AssertAgrees(kernel, ~0u, bytes, start, length, seed);
            for (int round = 0; round < 8; round++) AssertAgrees(kernel, ~0u, bytes, start, random.Next(4097), seed);
        }
    }

    /// <summary>Bytes that are not part of the input lie on both sides of it, as they do in a segment.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void BytesAroundTheInputDoNotMatter(string name)
    {
        Crc32CKernel kernel = Supported(name);
        int seed = Random.Shared.Next();
        Random random = new(seed);
        for (int length = 0; length <= 1024; length++)
        {
            byte[] input = RandomBytes(random, length);
            byte[] surrounded = RandomBytes(random, 64 + length + 64);
            input.CopyTo(surrounded, 64);
            uint alone = kernel.Update(~0u, input);
            uint within = kernel.Update(~0u, surrounded.AsSpan(64, length));
            Assert.True(alone == within, $"{name} differs at length {length}, seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void AnInputMayBeSplitAnywhere(string name)
    {
        Crc32CKernel kernel = Supported(name);
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] bytes = RandomBytes(random, 100_000);
        uint whole = BitwiseCrc32C.Update(~0u, bytes);
        foreach (int longestPart in (int[])[20, 200, 2_000, 20_000])
        {
            for (int round = 0; round < 20; round++)
            {
                uint register = ~0u;
                for (int offset = 0; offset < bytes.Length;)
                {
                    int part = Math.Min(random.Next(longestPart + 1), bytes.Length - offset);
                    register = kernel.Update(register, bytes.AsSpan(offset, part));
                    offset += part;
                }

                Assert.True(whole == register, $"{name} differs in parts of up to {longestPart} bytes, seed {seed}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void AnyFlippedBitChangesTheChecksum(string name)
    {
        Crc32CKernel kernel = Supported(name);
        int seed = Random.Shared.Next();
        byte[] bytes = RandomBytes(new Random(seed), 1_111);
        uint intact = kernel.Update(~0u, bytes);
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(kernel.Update(~0u, bytes) != intact, $"{name} misses bit {bit}, seed {seed}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private static Crc32CKernel Supported(string name)
    {
        Crc32CKernel kernel = Crc32CKernels.All.Single(kernel => kernel.Name == name);
        Assert.SkipUnless(kernel.IsSupported, $"This CPU or runtime does not support the CRC-32C kernel {name}.");
        return kernel;
    }

    private static void AssertAgrees(Crc32CKernel kernel, uint register, byte[] bytes, int start, int length, int seed)
    {
        ReadOnlySpan<byte> input = bytes.AsSpan(start, length);
        uint expected = BitwiseCrc32C.Update(register, input);
        uint actual = kernel.Update(register, input);
        Assert.True(
            expected == actual,
            $"{kernel.Name} gives {actual:X8}, not {expected:X8}, "
            + $"for {length} bytes from {start} after {register:X8}, seed {seed}");
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
