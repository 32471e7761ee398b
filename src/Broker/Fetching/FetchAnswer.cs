using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.Reading;

namespace LogStore.Broker.Fetching;

/// <summary>What a fetch has found so far. A partition that is read again while the fetch waits replaces its entry.</summary>
internal sealed class FetchAnswer : IDisposable
{
    private readonly Dictionary<FetchPartition, FetchResponse.Partition> _results = [];

    /// <summary>The bytes of records so far.</summary>
    public int Bytes { get; private set; }

    /// <summary>Whether a partition has an error, of which the client should know at once.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Whether there is more than fits, so that there is nothing to wait for.</summary>
    public bool IsFull { get; set; }

    /// <summary>The bytes of records of all partitions but one, which is about to be read again.</summary>
    public int BytesWithout(FetchPartition partition) =>
        Bytes - (_results.TryGetValue(partition, out FetchResponse.Partition result) ? result.Records.Length : 0);

    /// <summary>Puts a partition's result, and takes over the slice in it.</summary>
    public void Put(FetchPartition partition, in FetchResponse.Partition result)
    {
        if (_results.TryGetValue(partition, out FetchResponse.Partition earlier))
        {
            Bytes -= earlier.Records.Length;
            (earlier.Records.Source as LogSlice)?.Dispose();
        }

        _results[partition] = result;
        Bytes += result.Records.Length;
        HasErrors |= result.ErrorCode != ErrorCode.None;
    }

    /// <summary>Makes the response, and has the request keep the slices until it has been sent.</summary>
    public FetchResponse Finish(FetchSession session, RequestContext context)
    {
        OrderedDictionary<string, List<FetchResponse.Partition>> topics = new(StringComparer.Ordinal);
        foreach ((FetchPartition partition, FetchResponse.Partition result) in _results)
        {
            if (!topics.TryGetValue(partition.Key.Topic, out List<FetchResponse.Partition>? results))
                topics.Add(partition.Key.Topic, results = []);
            results.Add(result);
            if (result.Records.Source is LogSlice slice) context.DisposeAfterReply(slice);
        }

        _results.Clear();
        return new FetchResponse
        {
            SessionId = session.Id,
            Topics =
            [.. topics.Select(topic => new FetchResponse.Topic { Name = topic.Key, Partitions = [.. topic.Value] })],
        };
    }

    public void Dispose()
    {
        foreach (FetchResponse.Partition result in _results.Values) (result.Records.Source as LogSlice)?.Dispose();
        _results.Clear();
    }
}
