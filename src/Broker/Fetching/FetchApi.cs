using LogStore.Broker.Diagnostics;
using LogStore.Broker.Partitions;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Wire;
using LogStore.Reading;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Fetching;

/// <summary>
/// Serves records as they lie in the segments. A fetch that finds too little waits for appends, not for a clock's tick.
/// </summary>
internal sealed class FetchApi(
    PartitionTable partitions, FetchSessions sessions, int maxBytes, TimeProvider clock, ILogger logger)
{
    private const short FirstVersionOfRecordBatches = 4;

    public void Register(ApiTable apis) => apis.Add<FetchRequest, FetchResponse>(FetchAsync);

    private async ValueTask<FetchResponse> FetchAsync(FetchRequest request, RequestContext context)
    {
        ErrorCode error = sessions.Enter(request, out FetchSession session);
        if (error != ErrorCode.None) return new FetchResponse { ErrorCode = error };
        FetchAnswer answer = new();
        try
        {
            long started = clock.GetTimestamp();
            int limit = Math.Min(request.MaxBytes, maxBytes);
            TimeSpan patience = TimeSpan.FromMilliseconds(Math.Max(0, request.MaxWaitMs));
            List<FetchPartition> ready = [];
            while (true)
            {
                session.PrepareToWait();
                session.TakeReady(ready);
                Read(request, context, session, ready, limit, answer);
                ready.Clear();
                TimeSpan left = patience - clock.GetElapsedTime(started);
                if (answer.Bytes >= Math.Min(request.MinBytes, limit) || answer.IsFull || answer.HasErrors || left <= TimeSpan.Zero ||
                    session.Count == 0 || // Nothing to wait for: so a consumer ends its session.
                    context.Connection.Stopping.IsCancellationRequested)
                    break;
                if (!session.IsWatching)
                {
                    session.WatchAll();
                    continue;
                }

                await session.WaitAsync(left, context.Aborted, context.Connection.Stopping).ConfigureAwait(false);
                context.Aborted.ThrowIfCancellationRequested();
            }

            return answer.Finish(session, context);
        }
        finally
        {
            answer.Dispose();
            sessions.Leave(session);
        }
    }

    private void Read(
        FetchRequest request, RequestContext context, FetchSession session, List<FetchPartition> ready, int limit,
        FetchAnswer answer)
    {
        List<FetchPartition> served = [];
        foreach (FetchPartition partition in ready)
        {
            int others = answer.BytesWithout(partition);
            if (others > 0 && others >= limit && session.IsIncremental)
            {
                answer.IsFull = true;
                session.KeepReady(partition);
                continue;
            }

            // Before the look: what is appended after it makes the partition ready again.
            partition.MarkIdle();
            int room = Math.Min(partition.MaxBytes, limit - others);
            FetchResponse.Partition result = Read(request, context, session, partition, room, isFirst: others == 0);
            bool hasRecords = result.Records.Length > 0;
            bool hasError = result.ErrorCode != ErrorCode.None;
            // The first is served whatever its size, so that another one without records may only have had no room.
            bool hadNoRoom = !hasRecords && others > 0 && partition.FetchOffset < result.LastStableOffset;
            if (hadNoRoom) answer.IsFull = true;
            // What has been answered here may have to be answered again, if the client does not come to read it.
            if ((hasRecords || hasError || hadNoRoom) && partition.MarkReady())
            {
                if (hasRecords) served.Add(partition);
                else session.KeepReady(partition);
            }

            (long, long, ErrorCode) told = (result.HighWatermark, result.LogStartOffset, result.ErrorCode);
            if (!session.IsIncremental || hasRecords || hasError || told != partition.Told) answer.Put(partition, result);
            partition.Told = told;
        }

        // Behind those that had no room, who are the first the next time.
        foreach (FetchPartition partition in served) session.KeepReady(partition);
    }

    private FetchResponse.Partition Read(
        FetchRequest request, RequestContext context, FetchSession session, FetchPartition asked, int room, bool isFirst)
    {
        FetchResponse.Partition result = new()
        {
            PartitionIndex = asked.Key.Index,
            Records = RecordPayload.FromBytes(default),
        };
        if (!context.IsAllowed(AclOperation.Read, AclResourceType.Topic, asked.Key.Topic))
        {
            result.ErrorCode = ErrorCode.TopicAuthorizationFailed;
            return result;
        }

        if (context.Version < FirstVersionOfRecordBatches)
        {
            result.ErrorCode = ErrorCode.UnsupportedForMessageFormat;
            return result;
        }

        result.ErrorCode = partitions.Find(asked.Key.Topic, asked.Key.Index, asked.LeaderEpoch, out Partition partition);
        asked.Served = partition;
        if (result.ErrorCode != ErrorCode.None) return result;
        if (session.IsWatching)
        {
            session.Watch(asked, partition);
            // It may have been lost after it was found and before it was watched, when nobody would wake this fetch.
            result.ErrorCode = partition.CheckLeader();
            if (result.ErrorCode != ErrorCode.None) return result;
        }

        result.ErrorCode = partition.CheckReadable();
        if (result.ErrorCode != ErrorCode.None) return result;
        try
        {
            bool isCommittedOnly = request.IsolationLevel == IsolationLevel.ReadCommitted;
            result.LastStableOffset = partition.LastStableOffset;
            result.HighWatermark = partition.HighWatermark;
            long end = isCommittedOnly ? result.LastStableOffset : result.HighWatermark;
            result.LogStartOffset = partition.LogStartOffset;
            if (isCommittedOnly) result.AbortedTransactions = [];
            LogSlice? slice = partition.Log.Slice(asked.FetchOffset, end, room, wholeFirstBatch: isFirst);
            if (slice is not null) result.Records = RecordPayload.FromExternal(slice, slice.Length);
        }
        catch (OffsetOutOfRangeException)
        {
            // A log that follows another one may just have been cut: what is out of its range need not be out of the leader's.
            result.ErrorCode = partition.CheckLeader() is not ErrorCode.None and var lost ? lost : ErrorCode.OffsetOutOfRange;
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or ObjectDisposedException)
        {
            if (exception is not ObjectDisposedException)
                BrokerEvents.PartitionFailed(logger, asked.Key.Topic, asked.Key.Index, exception);
            result.ErrorCode = ErrorCodes.Of(exception);
        }

        return result;
    }
}
