using System.Globalization;
using LogStore.Cluster.Tests.Histories;

namespace LogStore.Cluster.Tests.Workloads;

/// <summary>kafka-python's producer, which writes to all partitions until it is told to stop. It is not idempotent.</summary>
internal sealed class PythonWriter : IAsyncDisposable
{
    private readonly int _writer;
    private readonly History _history;
    private readonly PythonScript _script;

    public PythonWriter(int writer, string bootstrapServers, string topic, History history)
    {
        _writer = writer;
        _history = history;
        _script = new PythonScript(
            Read, "write", bootstrapServers, topic, history.Partitions.ToString(CultureInfo.InvariantCulture),
            writer.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>How much was acknowledged so far.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Has it write nothing new, and waits until what was written is acknowledged or given up.</summary>
    public Task StopAsync() => _script.StopAsync();

    public ValueTask DisposeAsync() => _script.DisposeAsync();

    private void Read(string line)
    {
        string[] words = line.Split(' ', 4);
        int partition = int.Parse(words[1], CultureInfo.InvariantCulture);
        Entry entry = new(_writer, long.Parse(words[2], CultureInfo.InvariantCulture));
        switch (words[0])
        {
            case "begin": _history.Begin(entry, partition); break;
            case "fail": _history.Fail(entry, partition, words[3]); break;
            case "ack":
                Acknowledged++;
                _history.Acknowledge(entry, partition, long.Parse(words[3], CultureInfo.InvariantCulture));
                break;
            default: throw new FormatException(line);
        }
    }
}
