using LogStore.Epochs;
using Xunit;

namespace LogStore.Tests.Epochs;

public sealed class LeaderEpochHistoryTests
{
    [Fact]
    public void TheEpochInForceAtTheStartOutlivesATruncationBelowThatStart()
    {
        LeaderEpochHistory history = new();
        history.Record(3, 0);
        history.TruncateFromStart(5);
        history.TruncateFromEnd(3);
        Assert.Equal((3, 3), history.EndOffsetFor(3, logEndOffset: 3));
    }

    [Fact]
    public void TheLargestEpochAtOrBelowTheOneAskedForAnswers()
    {
        LeaderEpochHistory history = new();
        history.Record(1, 0);
        history.Record(1, 10); // Not newer: says nothing.
        history.Record(4, 20);
        Assert.Equal((-1, -1), history.EndOffsetFor(0, logEndOffset: 30));
        Assert.Equal((1, 20), history.EndOffsetFor(3, logEndOffset: 30));
        Assert.Equal((4, 30), history.EndOffsetFor(9, logEndOffset: 30));
    }

    [Fact]
    public void ADamagedFileIsNotTaken()
    {
        LeaderEpochHistory written = new();
        written.Record(1, 0);
        written.Record(2, 7);
        byte[] bytes = written.Write();

        LeaderEpochHistory read = new();
        Assert.False(read.TryRead(bytes.AsSpan(0, bytes.Length - 4)));
        Assert.Empty(read.Entries);
        Assert.True(read.TryRead(bytes));
        Assert.Equal(written.Entries, read.Entries);
    }
}
