using LogStore.Broker.Partitions;
using LogStore.Broker.Requests;
using LogStore.Broker.TopicAdmin;
using LogStore.Broker.Transactions;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Security;
using LogStore.Records;

namespace LogStore.Broker.Producing;

/// <summary>
/// Appends what producers send, byte for byte. All batches of a request have their offsets before the handler first waits,
/// so the next request may be begun at once and still comes behind them.
/// </summary>
internal sealed class ProduceApi(PartitionTable partitions, TimeProvider clock)
{
    private const long NoTimestamp = -1;
    private const short FirstVersionOfRecordBatches = 3;
    private const short FirstVersionOfZstd = 7;

    public void Register(ApiTable apis) => apis.Add<ProduceRequest, ProduceResponse>(ProduceAsync, mayOverlap: true);

    private ValueTask<ProduceResponse> ProduceAsync(ProduceRequest request, RequestContext context)
    {
        context.NoReply = request.Acks == 0;
        ProduceResponse response = new() { Topics = new ProduceResponse.Topic[request.Topics.Length] };
        List<PendingAppend>? pending = null;
        for (int topic = 0; topic < request.Topics.Length; topic++)
        {
            ref readonly ProduceRequest.Topic asked = ref request.Topics[topic];
            bool allowed = context.IsAllowed(AclOperation.Write, AclResourceType.Topic, asked.Name);
            var results = new ProduceResponse.Partition[asked.Partitions.Length];
            response.Topics[topic] = new ProduceResponse.Topic { Name = asked.Name, Partitions = results };
            for (int index = 0; index < results.Length; index++)
            {
                ref readonly ProduceRequest.Partition part = ref asked.Partitions[index];
                results[index] = new ProduceResponse.Partition { PartitionIndex = part.PartitionIndex };
                if (!allowed || TopicFactory.IsInternal(asked.Name))
                {
                    results[index].ErrorCode = allowed ? ErrorCode.InvalidTopic : ErrorCode.TopicAuthorizationFailed;
                    continue;
                }

                if (Begin(request, asked.Name, part, context.Version, ref results[index]) is { } append)
                    (pending ??= []).Add(append with { Results = results, Index = index });
            }
        }

        if (pending is not null) return CompleteAsync(response, pending, context);
        Settle(response, context);
        return ValueTask.FromResult(response);
    }

    /// <summary>Appends one partition's batch; null when the outcome is known already.</summary>
    private PendingAppend? Begin(
        ProduceRequest request, string topic, in ProduceRequest.Partition part, short version,
        ref ProduceResponse.Partition result)
    {
        try
        {
            result.ErrorCode = Admit(request, part, version, out RecordBatch batch, out result.ErrorMessage);
            if (result.ErrorCode != ErrorCode.None) return null;
            result.ErrorCode = partitions.Find(topic, part.PartitionIndex, out Partition partition);
            if (result.ErrorCode != ErrorCode.None) return null;
            if (!IsTimely(batch, partition.Log.Config))
            {
                result.ErrorCode = ErrorCode.InvalidTimestamp;
                result.ErrorMessage = "A record's time is further from now than message.timestamp.difference.max.ms.";
                return null;
            }

            TimeSpan timeout = TimeSpan.FromMilliseconds(Math.Max(0, request.TimeoutMs));
            ValueTask<AppendResult> append = partition.AppendAsync(batch, request.Acks, timeout);
            if (!append.IsCompletedSuccessfully) return new PendingAppend(append.AsTask(), partition.Log, [], 0);
            Report(append.Result, partition.Log, ref result);
        }
        catch (Exception exception) when (exception is LogStoreException or ObjectDisposedException)
        {
            Refuse(exception, ref result);
        }

        return null;
    }

    /// <summary>Checks what a producer sent, before the log sees it.</summary>
    private static ErrorCode Admit(
        ProduceRequest request, in ProduceRequest.Partition part, short version, out RecordBatch batch, out string? message)
    {
        batch = default;
        message = null;
        if (request.Acks is < -1 or > 1) return ErrorCode.InvalidRequiredAcks;
        if (version < FirstVersionOfRecordBatches)
        {
            message = "Only record batches of magic 2 are taken: use a client of 0.11 or newer.";
            return ErrorCode.UnsupportedForMessageFormat;
        }

        if (request.TransactionalId is not null) return TransactionApi.Refusal;
        batch = RecordBatch.Parse(part.Records.Bytes);
        if (batch.SizeInBytes != part.Records.Length) message = "A partition's records are exactly one batch.";
        else if (batch.IsControl) message = "Control batches are the broker's to write.";
        if (message is not null) return ErrorCode.InvalidRecord;
        if (batch.IsTransactional) return ErrorCode.InvalidTxnState;
        if (batch.TimestampType == TimestampType.LogAppendTime) return ErrorCode.InvalidTimestamp;
        if (batch.Compression == CompressionType.Zstd && version < FirstVersionOfZstd)
            return ErrorCode.UnsupportedCompressionType;
        try
        {
            // Whoever reads the log later has no way round a batch that does not decode.
            batch.ValidateRecords();
            return ErrorCode.None;
        }
        catch (InvalidRecordBatchException exception)
        {
            message = ErrorCodes.MessageOf(exception);
            return ErrorCode.InvalidRecord;
        }
    }

    /// <summary>Whether the times that a producer gave its records are as close to now as the topic wants them.</summary>
    private bool IsTimely(in RecordBatch batch, LogConfig config)
    {
        if (config.MessageTimestampDifferenceMaxMs == long.MaxValue ||
            config.MessageTimestampType == TimestampType.LogAppendTime) return true;
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (RecordView record in batch)
        {
            // Wider than 64 bits, as a record can claim any time.
            if (record.Timestamp != NoTimestamp &&
                Int128.Abs((Int128)record.Timestamp - now) > config.MessageTimestampDifferenceMaxMs) return false;
        }

        return true;
    }

    private static async ValueTask<ProduceResponse> CompleteAsync(
        ProduceResponse response, List<PendingAppend> pending, RequestContext context)
    {
        foreach (PendingAppend append in pending)
        {
            try
            {
                Report(await append.Task.ConfigureAwait(false), append.Log, ref append.Results[append.Index]);
            }
            catch (Exception exception) when (exception is LogStoreException or ObjectDisposedException)
            {
                Refuse(exception, ref append.Results[append.Index]);
            }
        }

        Settle(response, context);
        return response;
    }

    private static void Report(in AppendResult appended, Log log, ref ProduceResponse.Partition result)
    {
        result.BaseOffset = appended.BaseOffset;
        result.LogAppendTimeMs = appended.AppendTime;
        result.LogStartOffset = log.LogStartOffset;
    }

    private static void Refuse(Exception exception, ref ProduceResponse.Partition result)
    {
        result.ErrorCode = ErrorCodes.Of(exception);
        result.ErrorMessage = ErrorCodes.MessageOf(exception);
    }

    /// <summary>A producer that wants no answers learns of an error by losing the connection, as with Kafka.</summary>
    private static void Settle(ProduceResponse response, RequestContext context)
    {
        if (!context.NoReply) return;
        foreach (ref readonly ProduceResponse.Topic topic in response.Topics.AsSpan())
        {
            if (Array.Exists(topic.Partitions, result => result.ErrorCode != ErrorCode.None)) context.ClosesConnection = true;
        }
    }

    /// <summary>An append whose outcome is still to come, and where it goes.</summary>
    private sealed record PendingAppend(
        Task<AppendResult> Task, Log Log, ProduceResponse.Partition[] Results, int Index);
}
