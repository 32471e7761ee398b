using System.Globalization;

namespace LogStore.Cluster.Tests.Workloads;

/// <summary>kafka-python's consumer as a member of a group.</summary>
internal sealed class PythonMember : IGroupMember
{
    private readonly Dictionary<int, long> _positions = [];
    private readonly PythonScript _script;

    public PythonMember(string bootstrapServers, string topic, string group) =>
        _script = new PythonScript(Read, "member", bootstrapServers, topic, group);

    public GroupProgress Progress { get; } = new();

    public Task StopAsync() => _script.StopAsync();

    public ValueTask DisposeAsync() => _script.DisposeAsync();

    private void Read(string line)
    {
        string[] words = line.Split(' ', 4);
        if (words[0] == "committed")
        {
            Progress.Commit(_positions);
            return;
        }

        int partition = int.Parse(words[1], CultureInfo.InvariantCulture);
        long offset = long.Parse(words[2], CultureInfo.InvariantCulture);
        Progress.Deliver(partition, offset);
        _positions[partition] = offset + 1;
    }
}
