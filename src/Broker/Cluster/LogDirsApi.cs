using LogStore.Broker.Partitions;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Cluster;

/// <summary>
/// Tells where the partitions lie and how large they are. All of them are in the one directory that there is, so there is no
/// other to move one to.
/// </summary>
internal sealed class LogDirsApi(PartitionTable partitions, string directory)
{
    public void Register(ApiTable apis)
    {
        apis.Add<DescribeLogDirsRequest, DescribeLogDirsResponse>(DescribeLogDirs);
        apis.Add<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(AlterReplicaLogDirs);
    }

    private DescribeLogDirsResponse DescribeLogDirs(DescribeLogDirsRequest request, RequestContext context)
    {
        // As with Kafka, who may not see them sees none.
        if (!context.IsAllowedOnCluster(AclOperation.Describe)) return new();
        IEnumerable<Partition> shown = partitions.All;
        if (request.Topics is { } topics)
        {
            HashSet<TopicPartition> asked = [];
            foreach (DescribeLogDirsRequest.Topic topic in topics)
            {
                foreach (int index in topic.PartitionIndexes) asked.Add(new TopicPartition(topic.Name, index));
            }

            shown = shown.Where(partition => asked.Contains(new TopicPartition(partition.Topic, partition.Index)));
        }

        return new()
        {
            LogDirs =
            [
                new()
                {
                    Path = directory,
                    Topics =
                    [
                        .. shown.GroupBy(partition => partition.Topic, StringComparer.Ordinal).Select(topic =>
                            new DescribeLogDirsResponse.Topic
                            {
                                Name = topic.Key,
                                Partitions = [.. topic.OrderBy(partition => partition.Index).Select(Describe)],
                            }),
                    ],
                },
            ],
        };
    }

    private AlterReplicaLogDirsResponse AlterReplicaLogDirs(AlterReplicaLogDirsRequest request, RequestContext context)
    {
        bool allowed = context.IsAllowedOnCluster(AclOperation.Alter);
        return new()
        {
            Results =
            [
                .. request.Dirs.SelectMany(dir => dir.Topics.Select(topic => new AlterReplicaLogDirsResponse.TopicResult
                {
                    TopicName = topic.Name,
                    Partitions = Array.ConvertAll(topic.PartitionIndexes, index => new AlterReplicaLogDirsResponse.Partition
                    {
                        PartitionIndex = index,
                        ErrorCode = !allowed ? ErrorCode.ClusterAuthorizationFailed
                            : dir.Path != directory ? ErrorCode.LogDirNotFound
                            : partitions.FindReplica(topic.Name, index) is null ? ErrorCode.ReplicaNotAvailable
                            : ErrorCode.None, // It is there already.
                    }),
                })),
            ],
        };
    }

    private static DescribeLogDirsResponse.Partition Describe(Partition partition) => new()
    {
        PartitionIndex = partition.Index,
        PartitionSize = partition.Log.SizeInBytes,
        OffsetLag = partition.Lag,
    };
}
