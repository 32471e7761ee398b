using Xunit;

namespace LogStore.Tests;

public sealed class SmokeTest
{
    [Fact]
    public void TheTestRunnerRuns() => Assert.True(true);
}
