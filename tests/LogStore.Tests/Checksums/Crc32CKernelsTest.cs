using LogStore.Checksums;
using Xunit;

namespace LogStore.Tests.Checksums;

public sealed class Crc32CKernelsTest
{
    public static TheoryData<string> Names => [.. Crc32CKernels.All.Select(kernel => kernel.Name)];

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("auto")]
    [InlineData("AUTO")]
    public void WithoutAChoiceTheFirstSupportedKernelIsSelected(string? choice) =>
        Assert.Same(Crc32CKernels.All.First(kernel => kernel.IsSupported), Crc32CKernels.Select(choice));

    [Theory]
    [MemberData(nameof(Names))]
    public void AKernelIsSelectedByNameOrRefusedByName(string name)
    {
        Crc32CKernel named = Crc32CKernels.All.Single(kernel => kernel.Name == name);
        Crc32CKernel selected = Crc32CKernels.Select(name);
        if (named.IsSupported)
            Assert.Same(named, selected);
        else
            AssertRefuses(selected, $"LOGSTORE_CRC32C is '{name}', but this CPU or runtime lacks");
    }

    [Fact]
    public void AnUnknownNameIsRefusedWithTheNamesThatAreSupported() =>
        AssertRefuses(Crc32CKernels.Select("sse43"), "LOGSTORE_CRC32C is 'sse43', but there is no such");

    [Fact]
    public void TheScalarKernelIsSupportedEverywhereAndComesLast() =>
        Assert.True(Crc32CKernels.All[^1] is { Name: "scalar", IsSupported: true });

    [Fact]
    public void NamesAreDistinct()
    {
        IEnumerable<string> names = Crc32CKernels.All.Select(kernel => kernel.Name).Append(Crc32CKernels.Auto);
        Assert.Distinct(names, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Even the empty input is refused: a wrong setting must not wait for data to show.</summary>
    private static void AssertRefuses(Crc32CKernel kernel, string reason)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => kernel.Update(0, []));
        Assert.StartsWith(reason, error.Message, StringComparison.Ordinal);
        foreach (Crc32CKernel other in Crc32CKernels.All)
            Assert.Equal(other.IsSupported, OfferedNames(error.Message).Contains(other.Name, StringComparer.Ordinal));
    }

    private static string[] OfferedNames(string message) =>
        message[(message.LastIndexOf(':') + 1)..].TrimEnd('.').Split(',', StringSplitOptions.TrimEntries);
}
