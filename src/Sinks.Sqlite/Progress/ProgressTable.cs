using LogStore.Sinks.Sqlite.Database;

namespace LogStore.Sinks.Sqlite.Progress;

/// <summary>The progress of one sink, as the database has it.</summary>
/// <remarks>All calls but <see cref="Read"/> belong into a transaction that has the write lock already.</remarks>
internal sealed class ProgressTable(SinkConnection connection, SqliteSinkOptions options)
{
    /// <summary>Why a log is another one although its topic has the same name.</summary>
    public const string OtherTopic = "the topic was deleted, and made again";

    private const string Columns =
        "topic_id, mode, first_offset, next_offset, leader_epoch, fingerprint, applied, duplicates, dead_letters, " +
        "group_id, generation, member, target";

    private readonly string _mode = options.Mode.ToString();

    /// <summary>Makes a partition this owner's; who had it before is refused from now on.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="topicId">The topic's id; empty if it is not known.</param>
    /// <param name="owner">Who wants it.</param>
    /// <exception cref="SinkFencedException">A later generation has it, or another group.</exception>
    /// <exception cref="LogDivergedException">The topic is another one of the same name.</exception>
    /// <exception cref="SinkException">The progress is of another mode or table, or the table another sink's.</exception>
    public PartitionProgress Claim(TopicPartition partition, string topicId, Owner owner)
    {
        CheckTarget(partition);
        Row? found = Find(partition);
        if (found is { } row)
        {
            if (!row.Target.Equals(options.Mapping.Table, StringComparison.OrdinalIgnoreCase))
                throw new SinkException(
                    $"sink '{options.SinkName}' has applied {partition} to the table '{row.Target}', not '{options.Mapping.Table}': " +
                    "go on with that one, or under another --name");
            if (row.Mode != _mode)
                throw new SinkException(
                    $"the database has applied {partition} in mode {row.Mode}, not {_mode}: go on in that mode, or under " +
                    "another --name with a table of its own");
            if (row.TopicId.Length > 0 && topicId.Length > 0 && row.TopicId != topicId)
                throw new LogDivergedException(partition, row.Next, OtherTopic);
            if (!options.TakeOver) CheckClaim(partition, row, owner);
        }

        long generation = owner.Generation ?? (found?.Generation ?? 0) + 1;
        if (found is null)
        {
            connection.Execute(
                $"INSERT INTO logstore_sink_offsets (sink, topic, partition, {Columns}) " +
                "VALUES ($1, $2, $3, $4, $5, -1, -1, -1, 0, 0, 0, 0, $6, $7, $8, $9)",
                options.SinkName, partition.Topic, partition.Partition, topicId, _mode, owner.Group, generation, owner.Member,
                options.Mapping.Table);
        }
        else
        {
            connection.Execute(
                "UPDATE logstore_sink_offsets SET group_id = $4, generation = $5, member = $6, " +
                "topic_id = iif($7 = '', topic_id, $7) WHERE sink = $1 AND topic = $2 AND partition = $3",
                options.SinkName, partition.Topic, partition.Partition, owner.Group, generation, owner.Member, topicId);
        }

        return new PartitionProgress
        {
            Partition = partition,
            Generation = generation,
            Member = owner.Member,
            First = found?.First ?? -1,
            Next = found?.Next ?? -1,
            StoredNext = found?.Next ?? -1,
            LeaderEpoch = found?.LeaderEpoch ?? -1,
            Fingerprint = found?.Fingerprint ?? 0,
            CheckAt = found?.Next ?? -1,
            Applied = found?.Applied ?? 0,
            Duplicates = found?.Duplicates ?? 0,
            DeadLetters = found?.DeadLetters ?? 0,
        };
    }

    /// <summary>Whether a claim still holds: nobody has claimed the partition since, nor written for it.</summary>
    public bool Holds(PartitionProgress progress) => Find(progress.Partition) is { } row &&
        row.Generation == progress.Generation && row.Member == progress.Member && row.Next == progress.StoredNext;

    /// <summary>Writes how far a partition has come.</summary>
    public void Write(PartitionProgress progress)
    {
        connection.Execute(
            "UPDATE logstore_sink_offsets SET first_offset = $4, next_offset = $5, leader_epoch = $6, fingerprint = $7, " +
            "applied = $8, duplicates = $9, dead_letters = $10 WHERE sink = $1 AND topic = $2 AND partition = $3",
            options.SinkName, progress.Partition.Topic, progress.Partition.Partition, progress.First, progress.Next,
            progress.LeaderEpoch, progress.Fingerprint, progress.Applied, progress.Duplicates, progress.DeadLetters);
    }

    /// <summary>Where each partition began and how far it has come, by partition.</summary>
    public static Dictionary<int, (long First, long Next, long DeadLetters, string Mode)> Read(
        SinkConnection connection, string schema, string sink, string topic) => connection.Query(
            row => (Partition: row.GetInt32(0), State: (row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetString(4))),
            $"SELECT partition, first_offset, next_offset, dead_letters, mode FROM {schema}.logstore_sink_offsets " +
            "WHERE sink = $1 AND topic = $2", sink, topic)
        .ToDictionary(each => each.Partition, each => each.State);

    /// <summary>
    /// Sees to it that one sink only applies a topic to a table: under another name, all of it would come again.
    /// </summary>
    private void CheckTarget(TopicPartition partition)
    {
        if (connection.Scalar(
            "SELECT sink FROM logstore_sink_offsets WHERE target = $1 AND topic = $2 AND sink <> $3",
            options.Mapping.Table, partition.Topic, options.SinkName) is string other)
        {
            throw new SinkException(
                $"topic '{partition.Topic}' feeds the table '{options.Mapping.Table}' under the name '{other}' already: go on " +
                $"with --name {other}, or give '{options.SinkName}' a table of its own");
        }
    }

    private static void CheckClaim(TopicPartition partition, Row row, Owner owner)
    {
        if (row.Group != owner.Group)
        {
            throw new SinkFencedException(
                partition,
                $"the database is fed by {Named(row.Group)}, not by {Named(owner.Group)}; go on with that one, or take " +
                "over with --take-over once it has ended")
            {
                IsLasting = true,
            };
        }

        if (owner.Generation is { } generation &&
            (generation < row.Generation || (generation == row.Generation && row.Member != owner.Member)))
        {
            throw new SinkFencedException(
                partition,
                $"it belongs to generation {row.Generation} of group '{row.Group}', this is generation {generation}; if the " +
                "group had to begin anew, take over with --take-over");
        }
    }

    private static string Named(string group) => group.Length == 0 ? "a sink without a group" : $"group '{group}'";

    private Row? Find(TopicPartition partition) => connection.Query<Row?>(
        row => new Row(
            row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt32(4), row.GetInt64(5),
            row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetString(9), row.GetInt64(10), row.GetString(11), row.GetString(12)),
        $"SELECT {Columns} FROM logstore_sink_offsets WHERE sink = $1 AND topic = $2 AND partition = $3",
        options.SinkName, partition.Topic, partition.Partition).FirstOrDefault();

    private sealed record Row(
        string TopicId, string Mode, long First, long Next, int LeaderEpoch, long Fingerprint, long Applied,
        long Duplicates, long DeadLetters, string Group, long Generation, string Member, string Target);
}
