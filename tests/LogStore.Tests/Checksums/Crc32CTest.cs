using LogStore.Checksums;
using Xunit;

namespace LogStore.Tests.Checksums;

public sealed class Crc32CTest
{
    [Fact]
    public void TheChecksumOfTheCheckStringIsTheCheckValue() =>
        Assert.Equal(0xE306_9283, Crc32C.Compute("123456789"u8));

    [Fact]
    public void AppendingPartsGivesTheChecksumOfTheWhole() =>
        Assert.Equal(Crc32C.Compute("123456789"u8), Crc32C.Append(Crc32C.Append(0, "1234"u8), "56789"u8));

    [Fact]
    public void NothingChangesNothing()
    {
        Assert.Equal(0u, Crc32C.Compute([]));
        Assert.Equal(0xE306_9283, Crc32C.Append(0xE306_9283, []));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        byte[] bytes = new byte[100_000];
        Crc32C.Compute(bytes);
        Assert.Equal(0, Allocations.OnThisThread(() =>
        {
            for (int length = 0; length < bytes.Length; length += 97) Crc32C.Compute(bytes.AsSpan(0, length));
        }));
    }
}
