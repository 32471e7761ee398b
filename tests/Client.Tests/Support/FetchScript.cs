using System.Text;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Wire;
using LogStore.Records;

namespace LogStore.Client.Tests.Support;

/// <summary>Serves a partition of batches with one record each, and keeps the requests that came.</summary>
internal sealed class FetchScript
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _batches = [];
    private readonly List<FetchRequest> _requests = [];
    private readonly Dictionary<int, long> _offsets = [];
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FetchScript(ScriptedCluster cluster)
    {
        Cluster = cluster;
        cluster.On<FetchRequest>(AnswerAsync);
        cluster.On<ListOffsetsRequest>((_, request) => Offsets(request));
    }

    public ScriptedCluster Cluster { get; }

    /// <summary>What is said of a partition instead of records; None for nothing.</summary>
    public Func<int, ErrorCode> Refuse { get; set; } = _ => ErrorCode.None;

    public FetchRequest[] Requests
    {
        get
        {
            lock (_gate) return [.. _requests];
        }
    }

    /// <summary>Appends a batch.</summary>
    /// <param name="value">The value of its record.</param>
    /// <param name="leaderEpoch">The epoch of the leader that appended it.</param>
    /// <param name="isDamaged">Whether its checksum is wrong.</param>
    public void Append(string value, int leaderEpoch = 1, bool isDamaged = false)
    {
        using var builder = new RecordBatchBuilder();
        builder.TryAppend(1000, NullableBytes.Null, Encoding.UTF8.GetBytes(value));
        byte[] batch = builder.Build().Bytes.ToArray();
        lock (_gate)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(batch, _batches.Count);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(12), leaderEpoch);
            if (isDamaged) batch[^1] ^= 1;
            _batches.Add(batch);
            _appended.SetResult();
            _appended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task<IWireMessage?> AnswerAsync(int node, FetchRequest request)
    {
        Task appended;
        lock (_gate)
        {
            _requests.Add(request);
            appended = _appended.Task;
        }

        FetchResponse response = Answer(node, request);
        if (response.Topics.Length > 0) return response;
        try
        {
            // As a broker parks a request that has nothing to get.
            await appended.WaitAsync(TimeSpan.FromMilliseconds(request.MaxWaitMs));
        }
        catch (TimeoutException)
        {
            return response;
        }

        return Answer(node, request);
    }

    private FetchResponse Answer(int node, FetchRequest request)
    {
        lock (_gate)
        {
            if (request.SessionEpoch == 0) _offsets.Clear();
            foreach (FetchRequest.Partition partition in request.Topics.SelectMany(topic => topic.Partitions))
                _offsets[partition.PartitionIndex] = partition.FetchOffset;
            foreach (int partition in request.ForgottenTopics.SelectMany(topic => topic.PartitionIndexes))
                _offsets.Remove(partition);
            FetchResponse.Partition[] answers =
            [
                .. _offsets.Select(each => Answer(node, each.Key, each.Value))
                    .Where(each => each.ErrorCode != ErrorCode.None || each.Records.Length > 0),
            ];
            return new FetchResponse
            {
                SessionId = 77,
                Topics = answers.Length == 0 ? [] : [new() { Name = "t", Partitions = answers }],
            };
        }
    }

    private FetchResponse.Partition Answer(int node, int partition, long offset)
    {
        ErrorCode code = Cluster.LeaderOf(partition) == node ? Refuse(partition) : ErrorCode.NotLeaderOrFollower;
        byte[]? batch = code == ErrorCode.None && offset < _batches.Count ? _batches[(int)offset] : null;
        return new FetchResponse.Partition
        {
            PartitionIndex = partition,
            ErrorCode = code,
            HighWatermark = _batches.Count,
            Records = batch is null ? default : RecordPayload.FromBytes(batch),
        };
    }

    private ListOffsetsResponse Offsets(ListOffsetsRequest request)
    {
        lock (_gate)
        {
            return new ListOffsetsResponse
            {
                Topics =
                [
                    .. request.Topics.Select(topic => new ListOffsetsResponse.Topic
                    {
                        Name = topic.Name,
                        Partitions =
                        [
                            .. topic.Partitions.Select(each => new ListOffsetsResponse.Partition
                            {
                                PartitionIndex = each.PartitionIndex,
                                Offset = each.Timestamp == -1 ? _batches.Count : 0,
                            }),
                        ],
                    }),
                ],
            };
        }
    }
}
