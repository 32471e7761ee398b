using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Produce;

namespace LogStore.Client.Tests.Support;

/// <summary>Applies Produce requests to models of partitions.</summary>
internal sealed class ProduceScript
{
    public ProduceScript(ScriptedCluster cluster, int partitions)
    {
        Cluster = cluster;
        Models = [.. Enumerable.Range(0, partitions).Select(_ => new PartitionModel())];
        cluster.On<ProduceRequest>((node, request) => Apply(node, request));
    }

    public ScriptedCluster Cluster { get; }

    public PartitionModel[] Models { get; }

    /// <summary>Appends where the node leads, and says NotLeader elsewhere.</summary>
    public ProduceResponse Apply(int node, ProduceRequest request) => Answer(request, partition =>
    {
        if (Cluster.LeaderOf(partition.PartitionIndex) != node) return (ErrorCode.NotLeaderOrFollower, -1);
        return Models[partition.PartitionIndex].Append(partition.Records.Bytes);
    });

    /// <summary>Says the same of every partition.</summary>
    public static ProduceResponse Refuse(ProduceRequest request, ErrorCode code) => Answer(request, _ => (code, -1));

    private static ProduceResponse Answer(
        ProduceRequest request, Func<ProduceRequest.Partition, (ErrorCode Code, long Offset)> answer) => new()
        {
            Topics =
        [
            .. request.Topics.Select(topic => new ProduceResponse.Topic
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.Partitions.Select(partition =>
                    {
                        (ErrorCode code, long offset) = answer(partition);
                        return new ProduceResponse.Partition
                        {
                            PartitionIndex = partition.PartitionIndex,
                            ErrorCode = code,
                            BaseOffset = offset,
                        };
                    }),
                ],
            }),
        ],
        };
}
