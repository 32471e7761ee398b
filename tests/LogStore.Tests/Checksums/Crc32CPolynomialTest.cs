using LogStore.Checksums;
using Xunit;

namespace LogStore.Tests.Checksums;

/// <summary>The arithmetic behind every constant, against the bitwise definition and the laws of a ring.</summary>
public sealed class Crc32CPolynomialTest
{
    [Fact]
    public void ZeroBytesMultiplyTheRegisterByAPowerOfX()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        for (int count = 0; count <= 1_000; count++)
        {
            uint register = (uint)random.NextInt64();
            uint product = Crc32CPolynomial.Multiply(register, Crc32CPolynomial.PowerOfX(8 * count));
            Assert.True(BitwiseCrc32C.Update(register, new byte[count]) == product, $"{count} zero bytes, seed {seed}");
        }
    }

    [Fact]
    public void OneIsNeutralAndMultiplicationCommutesAndDistributes()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        for (int round = 0; round < 1_000; round++)
        {
            uint a = (uint)random.NextInt64(), b = (uint)random.NextInt64(), c = (uint)random.NextInt64();
            uint ab = Crc32CPolynomial.Multiply(a, b);
            uint ac = Crc32CPolynomial.Multiply(a, c);
            Assert.True(Crc32CPolynomial.Multiply(a, Crc32CPolynomial.One) == a, $"seed {seed}");
            Assert.True(Crc32CPolynomial.Multiply(b, a) == ab, $"seed {seed}");
            Assert.True(Crc32CPolynomial.Multiply(a, b ^ c) == (ab ^ ac), $"seed {seed}");
        }
    }

    [Fact]
    public void ARegisterMultiplierGivesTheSameProducts()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        for (int round = 0; round < 100; round++)
        {
            uint factor = (uint)random.NextInt64(), register = (uint)random.NextInt64();
            uint product = new RegisterMultiplier(factor).Multiply(register);
            Assert.True(Crc32CPolynomial.Multiply(register, factor) == product, $"seed {seed}");
        }
    }
}
