using Xunit;

namespace LogStore.Cluster.Tests.Histories;

/// <summary>The checker must find what is wrong in histories that were made up.</summary>
public sealed class HistoryCheckerTests
{
    private const int Idempotent = 1;
    private const int Plain = 2;

    private readonly History _history = new(partitions: 2);

    public HistoryCheckerTests()
    {
        _history.AddIdempotentWriter(Idempotent);
        foreach (int writer in (int[])[Idempotent, Plain])
        {
            for (int partition = 0; partition < 2; partition++) _history.Begin(new Entry(writer, 9), partition);
        }
    }

    [Fact]
    public void AHistoryWithNothingWrongPasses()
    {
        _history.Acknowledge(new(Idempotent, 0), 0, 0);
        _history.Acknowledge(new(Idempotent, 1), 0, 2);
        _history.Acknowledge(new(Plain, 3), 0, 1);
        _history.Acknowledge(new(Idempotent, 2), 1, -1);
        _history.See(new(Idempotent, 0), 0, 0);
        _history.See(new(Plain, 3), 0, 1);
        // What was not acknowledged may be there or not.
        Passes([new(Idempotent, 0), new(Plain, 3), new(Idempotent, 1), new(Idempotent, 5)], [new(Idempotent, 2)]);
    }

    [Fact]
    public void AnAcknowledgedRecordThatIsLostIsFound()
    {
        _history.Acknowledge(new(Idempotent, 1), 0, 1);
        Finds("it is lost", [new(Idempotent, 0)], []);
    }

    [Fact]
    public void AnAcknowledgedRecordThatHasMovedIsFound()
    {
        _history.Acknowledge(new(Idempotent, 1), 0, 1);
        Finds("it is elsewhere", [new(Idempotent, 0), new(Plain, 0), new(Idempotent, 1)], []);
    }

    [Fact]
    public void AnAcknowledgedRecordInAnotherPartitionIsFound()
    {
        _history.Acknowledge(new(Idempotent, 1), 0, -1);
        Finds("it is lost", [], [new(Idempotent, 1)]);
    }

    [Fact]
    public void AnIdempotentRecordThatIsDoubledIsFound() =>
        Finds("is doubled", [new(Idempotent, 0), new(Idempotent, 0)], []);

    [Fact]
    public void ARepetitionOfAWriterThatIsNotIdempotentPasses() =>
        Passes([new(Plain, 0), new(Plain, 1), new(Plain, 0), new(Plain, 1), new(Plain, 2)], []);

    [Theory]
    [InlineData(Idempotent)]
    [InlineData(Plain)]
    public void BrokenOrderIsFound(int writer) => Finds("comes after", [new(writer, 1), new(writer, 0)], []);

    [Fact]
    public void WhatNobodyWroteIsFound()
    {
        Finds("nobody has written", [new(Idempotent, 10)], []);
        Finds("nobody has written", [new(3, 0)], []);
    }

    [Fact]
    public void AReaderThatSawSomethingElseIsFound()
    {
        _history.See(new(Idempotent, 0), 0, 0);
        Finds("the reader saw", [new(Plain, 0)], []);
        Finds("but the log ends", [], []);
    }

    [Fact]
    public void AReaderThatGoesBackOrLeavesOutIsFound()
    {
        _history.See(new(Plain, 0), 0, 0);
        _history.See(new(Plain, 0), 0, 0);
        Finds("the reader went", [new(Plain, 0), new(Plain, 1)], []);
        _history.See(new(Plain, 1), 1, 1);
        Finds("the reader went from 1:0 to 1", [new(Plain, 0), new(Plain, 1)], [new(Plain, 0), new(Plain, 1)]);
    }

    private void Passes(params Entry[][] final) => Assert.Empty(HistoryChecker.Check(_history, final));

    private void Finds(string finding, params Entry[][] final) =>
        Assert.Contains(HistoryChecker.Check(_history, final), each => each.Contains(finding, StringComparison.Ordinal));
}
