using System.Runtime.CompilerServices;
using LogStore.Broker.Groups.Storage;
using LogStore.KafkaProtocol;
using LogStore.Records;

namespace LogStore.Broker.Tests.Groups.Support;

/// <summary>
/// A log whose appends return when the test says so, or fail, and whose reading can be made to wait or fail.
/// </summary>
internal sealed class GatedGroupLog(IGroupLog log) : IGroupLog
{
    private readonly Queue<TaskCompletionSource> _held = new();

    /// <summary>
    /// Whether appends, which take their place in the log at once, return only after <see cref="Release"/>.
    /// </summary>
    public bool Holds { get; set; }

    /// <summary>What appends fail with.</summary>
    public ErrorCode Fails { get; set; }

    /// <summary>What reading waits for.</summary>
    public Task Readable { get; set; } = Task.CompletedTask;

    public List<(int Partition, GroupRecord Record)> Appended { get; } = [];

    public bool Exists => log.Exists;

    public int PartitionCount => log.PartitionCount;

    public int MaxBatchBytes => log.MaxBatchBytes;

    public ValueTask CreateAsync(CancellationToken cancellationToken) => log.CreateAsync(cancellationToken);

    public void AddLeadershipListener(Action<int> listener) => log.AddLeadershipListener(listener);

    public void RemoveLeadershipListener(Action<int> listener) => log.RemoveLeadershipListener(listener);

    public int? LeaderEpochOf(int partition) => log.LeaderEpochOf(partition);

    public Task WaitUntilCommittedAsync(int partition, CancellationToken cancellationToken) =>
        log.WaitUntilCommittedAsync(partition, cancellationToken);

    public async ValueTask<GroupAppendResult> AppendAsync(int partition, IReadOnlyList<GroupRecord> records)
    {
        if (Fails != ErrorCode.None) return new GroupAppendResult(Fails);
        ValueTask<GroupAppendResult> append = log.AppendAsync(partition, records);
        TaskCompletionSource? held = null;
        lock (_held)
        {
            Appended.AddRange(records.Select(record => (partition, record)));
            if (Holds) _held.Enqueue(held = new TaskCompletionSource());
        }

        GroupAppendResult result = await append;
        if (held is not null) await held.Task;
        return result;
    }

    public async IAsyncEnumerable<RecordBatch> ReadAsync(
        int partition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Readable;
        await foreach (RecordBatch batch in log.ReadAsync(partition, cancellationToken)) yield return batch;
    }

    /// <summary>Lets appends return, those that were held first, or in the opposite order.</summary>
    public void Release(bool lastFirst = false)
    {
        TaskCompletionSource[] held;
        lock (_held)
        {
            held = [.. lastFirst ? _held.Reverse() : _held];
            _held.Clear();
            Holds = false;
        }

        foreach (TaskCompletionSource each in held) each.SetResult();
    }
}
