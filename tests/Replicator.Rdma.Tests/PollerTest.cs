using System.Collections.Concurrent;
using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

public sealed class PollerTest
{
    // So short that the poller goes to sleep between any two messages.
    private static readonly PollerOptions Sleepy = new() { SpinTime = TimeSpan.Zero, BatchSize = 4 };

    [RdmaFact]
    public void EveryCompletionIsHandedOverInOrderAcrossSleeps()
    {
        const int Count = 500;
        using Side left = new(0), right = new(1, withChannel: true);
        Side.Connect(left, right);
        Recorder recorder = new();
        using Poller poller = new(right.Completions, recorder, Sleepy);
        for (int i = 0; i < Count; i++)
        {
            right.PostReceive((ulong)i, right.Region.Slice(0, 64));
            left.Post(WorkRequest.Send((ulong)i, left.Region.Slice(0, 64)));
            left.NextSuccess();
            Assert.Equal((ulong)i, recorder.Next().Id);
        }

        Assert.Equal(Count, poller.Counters.Completions);
        Assert.InRange(poller.Counters.Sleeps, 1, poller.Counters.Armings);
        Assert.InRange(poller.Counters.Events, 1, Count);
        Assert.InRange(recorder.Drained, 1, int.MaxValue);
        Assert.Null(poller.Fault);
    }

    [RdmaFact]
    public void ASleepingPollerStopsAtOnceAndLeavesTheRestInTheQueue()
    {
        (Side left, Side right) = (new(0), new(1, withChannel: true));
        using (left)
        using (right)
        {
            Side.Connect(left, right);
            using Poller poller = new(right.Completions, new Recorder(), Sleepy);
            Deadline deadline = Deadline.In(20);
            while (poller.Counters.Sleeps == 0) deadline.Check("sleep");

            Assert.True(poller.Stop(TimeSpan.FromSeconds(10)));
            right.PostReceive(1, right.Region.Slice(0, 64));
            left.Post(WorkRequest.Send(2, left.Region.Slice(0, 64)));
            Assert.Equal(1ul, right.NextSuccess().Id);
            Assert.Equal(0, poller.Counters.Completions);
        }
    }

    [RdmaFact]
    public void APollerThatSpinsStopsInTime()
    {
        using Side side = new(0, withChannel: true);
        using Poller poller = new(side.Completions, new Recorder(), new PollerOptions { SpinTime = TimeSpan.FromMinutes(5) });
        Deadline deadline = Deadline.In(20);
        while (poller.Counters.EmptyPolls < 100) deadline.Check("polls");

        Assert.True(poller.Stop(TimeSpan.FromSeconds(10)));
        Assert.Equal(0, poller.Counters.Armings);
    }

    [RdmaFact]
    public void AnExceptionOfTheHandlerStopsThePollerAndIsKept()
    {
        using Side left = new(0), right = new(1, withChannel: true);
        Side.Connect(left, right);
        using Poller poller = new(right.Completions, new Thrower(), Sleepy);
        right.PostReceive(1, right.Region.Slice(0, 64));
        left.Post(WorkRequest.Send(2, left.Region.Slice(0, 64)));

        Deadline deadline = Deadline.In(20);
        while (poller.Fault is null) deadline.Check("the fault");
        Assert.Equal("on purpose", poller.Fault.Message);
        Assert.True(poller.Stop(TimeSpan.FromSeconds(10)));
    }

    [RdmaFact]
    public void AHandlerThatDoesNotReturnBoundsTheStop()
    {
        using Side left = new(0), right = new(1, withChannel: true);
        Side.Connect(left, right);
        using Blocker blocker = new();
        using Poller poller = new(right.Completions, blocker, Sleepy);
        right.PostReceive(1, right.Region.Slice(0, 64));
        left.Post(WorkRequest.Send(2, left.Region.Slice(0, 64)));
        Assert.True(blocker.Entered.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));

        Assert.False(poller.Stop(TimeSpan.FromMilliseconds(50)));
        blocker.Release.Set();
        Assert.True(poller.Stop(TimeSpan.FromSeconds(10)));
    }

    private sealed class Recorder : ICompletionHandler
    {
        private readonly BlockingCollection<WorkCompletion> _seen = [];
        private int _drained;

        public int Drained => Volatile.Read(ref _drained);

        public void OnCompletions(ReadOnlySpan<WorkCompletion> completions)
        {
            foreach (WorkCompletion completion in completions) _seen.Add(completion);
        }

        public void OnDrained() => Interlocked.Increment(ref _drained);

        public WorkCompletion Next()
        {
            Assert.True(_seen.TryTake(out WorkCompletion completion, TimeSpan.FromSeconds(20)), "nothing came within 20 s");
            return completion;
        }
    }

    private sealed class Thrower : ICompletionHandler
    {
        public void OnCompletions(ReadOnlySpan<WorkCompletion> completions) =>
            throw new InvalidOperationException("on purpose");
    }

    private sealed class Blocker : ICompletionHandler, IDisposable
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Release { get; } = new();

        public void OnCompletions(ReadOnlySpan<WorkCompletion> completions)
        {
            Entered.Set();
            Release.Wait();
        }

        public void Dispose()
        {
            Entered.Dispose();
            Release.Dispose();
        }
    }
}
