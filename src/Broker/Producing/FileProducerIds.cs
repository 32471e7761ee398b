using System.Globalization;
using LogStore.IO;

namespace LogStore.Broker.Producing;

/// <summary>
/// The producer ids of a broker that is alone. They are taken from the file in blocks, so that giving one out seldom writes;
/// a block that a crash cuts short is lost, which costs nothing.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FileProducerIds(string directory) : IProducerIdSource
{
    public const string FileName = "producer-ids";

    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(directory, FileName);
    private long _next;
    private long _blockEnd;

    public ValueTask<long> NextAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_next == _blockEnd) TakeBlock();
            return ValueTask.FromResult(_next++);
        }
    }

    private void TakeBlock()
    {
        long start = File.Exists(_path) ? Parse(File.ReadAllText(_path)) : 0;
        DurableFile.Replace(_path, string.Create(CultureInfo.InvariantCulture, $"{start + IProducerIdSource.BlockSize}\n"));
        (_next, _blockEnd) = (start, start + IProducerIdSource.BlockSize);
    }

    private long Parse(string text) =>
        long.TryParse(text.AsSpan().TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out long next)
            ? next
            : throw new CorruptLogException(_path, 0, "it does not hold the next producer id");
}
