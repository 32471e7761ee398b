using LogStore.Broker.Diagnostics;
using LogStore.Broker.Partitions;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Security;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Fetching;

/// <summary>Finds offsets: by time (ListOffsets), and where a leader epoch ended (OffsetForLeaderEpoch).</summary>
internal sealed class OffsetsApi(PartitionTable partitions, ILogger logger)
{
    private const long Latest = -1;
    private const long Earliest = -2;

    public void Register(ApiTable apis)
    {
        apis.Add<ListOffsetsRequest, ListOffsetsResponse>(ListOffsets);
        apis.Add<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(OffsetForLeaderEpoch);
    }

    private ListOffsetsResponse ListOffsets(ListOffsetsRequest request, RequestContext context) => new()
    {
        Topics = Array.ConvertAll(request.Topics, topic => new ListOffsetsResponse.Topic
        {
            Name = topic.Name,
            Partitions = Array.ConvertAll(
                topic.Partitions, asked => ListOffsets(topic.Name, asked, request.IsolationLevel, context)),
        }),
    };

    private ListOffsetsResponse.Partition ListOffsets(
        string topic, ListOffsetsRequest.Partition asked, IsolationLevel isolation, RequestContext context)
    {
        ListOffsetsResponse.Partition result = new() { PartitionIndex = asked.PartitionIndex };
        if (!context.IsAllowed(AclOperation.Describe, AclResourceType.Topic, topic))
        {
            result.ErrorCode = ErrorCode.TopicAuthorizationFailed;
            return result;
        }

        result.ErrorCode = partitions.Find(topic, asked.PartitionIndex, asked.CurrentLeaderEpoch, out Partition partition);
        if (result.ErrorCode != ErrorCode.None) return result;
        try
        {
            switch (asked.Timestamp)
            {
                case Latest:
                    result.ErrorCode = partition.CheckReadable();
                    if (result.ErrorCode != ErrorCode.None) return result;
                    result.Offset = isolation == IsolationLevel.ReadCommitted
                        ? partition.LastStableOffset
                        : partition.HighWatermark;
                    result.LeaderEpoch = partition.LeaderEpoch;
                    break;
                case Earliest:
                    result.Offset = partition.LogStartOffset;
                    result.LeaderEpoch = partition.Log.LeaderEpochAt(result.Offset);
                    break;
                case < 0:
                    result.ErrorCode = ErrorCode.InvalidRequest;
                    return result;
                default:
                    if (partition.Log.FindRecord(asked.Timestamp) is { } found && found.Offset < partition.HighWatermark)
                    {
                        (result.Offset, result.Timestamp) = found;
                        result.LeaderEpoch = partition.Log.LeaderEpochAt(found.Offset);
                    }

                    break;
            }

            if (context.Version == 0) result.Offsets = result.Offset < 0 || asked.MaxNumOffsets < 1 ? [] : [result.Offset];
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or ObjectDisposedException)
        {
            BrokerEvents.PartitionFailed(logger, topic, asked.PartitionIndex, exception);
            result.ErrorCode = ErrorCodes.Of(exception);
        }

        return result;
    }

    private OffsetForLeaderEpochResponse OffsetForLeaderEpoch(
        OffsetForLeaderEpochRequest request, RequestContext context) => new()
        {
            Topics = Array.ConvertAll(request.Topics, topic => new OffsetForLeaderEpochResponse.Topic
            {
                Name = topic.Name,
                Partitions = Array.ConvertAll(topic.Partitions, asked => OffsetForLeaderEpoch(topic.Name, asked, context)),
            }),
        };

    private OffsetForLeaderEpochResponse.Partition OffsetForLeaderEpoch(
        string topic, OffsetForLeaderEpochRequest.Partition asked, RequestContext context)
    {
        OffsetForLeaderEpochResponse.Partition result = new() { PartitionIndex = asked.PartitionIndex };
        if (!context.IsAllowed(AclOperation.Describe, AclResourceType.Topic, topic))
        {
            result.ErrorCode = ErrorCode.TopicAuthorizationFailed;
            return result;
        }

        result.ErrorCode = partitions.Find(topic, asked.PartitionIndex, asked.CurrentLeaderEpoch, out Partition partition);
        // Of an epoch that has not begun nothing is known: the answer's defaults say so.
        if (result.ErrorCode == ErrorCode.None && asked.LeaderEpoch <= partition.LeaderEpoch)
            (result.LeaderEpoch, result.EndOffset) = partition.Log.EndOffsetForEpoch(asked.LeaderEpoch);
        return result;
    }
}
