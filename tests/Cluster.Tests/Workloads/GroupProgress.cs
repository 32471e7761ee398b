using Xunit;

namespace LogStore.Cluster.Tests.Workloads;

/// <summary>What a member of a group was given and has committed, held against each other as it comes.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class GroupProgress
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, long> _committed = [];
    private readonly List<string> _findings = [];
    private int _commits;
    private int _awaited = int.MaxValue;
    private TaskCompletionSource _reached = new();

    /// <summary>By partition, the offsets that were acknowledged as committed.</summary>
    public IReadOnlyDictionary<int, long> Committed
    {
        get
        {
            lock (_gate) return new Dictionary<int, long>(_committed);
        }
    }

    /// <summary>A record was handed out: nothing that was committed is handed out again.</summary>
    public void Deliver(int partition, long offset)
    {
        lock (_gate)
        {
            if (offset < _committed.GetValueOrDefault(partition))
                _findings.Add($"{partition}:{offset} came again, though {_committed[partition]} was committed");
        }
    }

    public void Commit(IEnumerable<KeyValuePair<int, long>> offsets)
    {
        lock (_gate)
        {
            foreach ((int partition, long offset) in offsets) _committed[partition] = offset;
            if (++_commits >= _awaited) _reached.TrySetResult();
        }
    }

    /// <summary>Ends when so many more commits were acknowledged.</summary>
    public Task WhenCommittedAsync(int more)
    {
        lock (_gate)
        {
            _awaited = _commits + more;
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _reached.Task;
        }
    }

    public void Check()
    {
        lock (_gate) Assert.Empty(_findings);
    }
}
