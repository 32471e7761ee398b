namespace LogStore.KafkaProtocol;

/// <summary>
/// The table of APIs and versions: what a broker advertises, and what a client chooses from. docs/PROTOCOL.md says why
/// each range is what it is.
/// </summary>
public static class Apis
{
    // An API that has no flexible version.
    private const short Never = short.MaxValue;

    private static readonly ApiDescription[] Table =
    [
        new(ApiKey.Produce, 0, 8, 9),
        new(ApiKey.Fetch, 0, 11, 12),
        new(ApiKey.ListOffsets, 0, 5, 6),
        new(ApiKey.Metadata, 0, 10, 9),
        new(ApiKey.OffsetCommit, 0, 7, 8),
        new(ApiKey.OffsetFetch, 0, 5, 6),
        new(ApiKey.FindCoordinator, 0, 2, 3),
        new(ApiKey.JoinGroup, 0, 5, 6),
        new(ApiKey.Heartbeat, 0, 3, 4),
        new(ApiKey.LeaveGroup, 0, 3, 4),
        new(ApiKey.SyncGroup, 0, 3, 4),
        new(ApiKey.DescribeGroups, 0, 4, 5),
        new(ApiKey.ListGroups, 0, 5, 3),
        new(ApiKey.SaslHandshake, 0, 1, Never),
        new(ApiKey.ApiVersions, 0, 3, 3),
        new(ApiKey.CreateTopics, 0, 4, 5),
        new(ApiKey.DeleteTopics, 0, 3, 4),
        new(ApiKey.DeleteRecords, 0, 1, 2),
        new(ApiKey.InitProducerId, 0, 1, 2),
        new(ApiKey.OffsetForLeaderEpoch, 0, 3, 4),
        new(ApiKey.AddPartitionsToTxn, 0, 1, 3),
        new(ApiKey.AddOffsetsToTxn, 0, 1, 3),
        new(ApiKey.EndTxn, 0, 1, 3),
        new(ApiKey.WriteTxnMarkers, 0, 0, 1),
        new(ApiKey.TxnOffsetCommit, 0, 2, 3),
        new(ApiKey.DescribeAcls, 0, 1, 2),
        new(ApiKey.CreateAcls, 0, 1, 2),
        new(ApiKey.DeleteAcls, 0, 1, 2),
        new(ApiKey.DescribeConfigs, 0, 2, 4),
        new(ApiKey.AlterConfigs, 0, 1, 2),
        new(ApiKey.AlterReplicaLogDirs, 0, 1, 2),
        new(ApiKey.DescribeLogDirs, 0, 1, 2),
        new(ApiKey.SaslAuthenticate, 0, 1, 2),
        new(ApiKey.CreatePartitions, 0, 1, 2),
        new(ApiKey.CreateDelegationToken, 0, 1, 2),
        new(ApiKey.RenewDelegationToken, 0, 1, 2),
        new(ApiKey.ExpireDelegationToken, 0, 1, 2),
        new(ApiKey.DescribeDelegationToken, 0, 1, 2),
        new(ApiKey.DeleteGroups, 0, 1, 2),
        new(ApiKey.ElectLeaders, 0, 1, 2),
        new(ApiKey.IncrementalAlterConfigs, 0, 0, 1),
        new(ApiKey.AlterPartitionReassignments, 0, 0, 0),
        new(ApiKey.ListPartitionReassignments, 0, 0, 0),
        new(ApiKey.OffsetDelete, 0, 0, Never),
        new(ApiKey.DescribeCluster, 0, 0, 0),
        new(ApiKey.DescribeProducers, 0, 0, 0),
    ];

    // Indexed by key, so that a look-up on every request is one array access.
    private static readonly ApiDescription?[] ByKey = Index();

    /// <summary>All APIs, by ascending key.</summary>
    public static ReadOnlySpan<ApiDescription> All => Table;

    /// <summary>Looks an API up; false if it is not spoken here.</summary>
    public static bool TryGet(ApiKey key, out ApiDescription api)
    {
        ApiDescription? found = (uint)(short)key < (uint)ByKey.Length ? ByKey[(short)key] : null;
        api = found.GetValueOrDefault();
        return found.HasValue;
    }

    /// <summary>
    /// Looks up an API that has to be spoken here in this version: anything else is the caller's mistake.
    /// </summary>
    internal static ApiDescription GetSupported(ApiKey key, short version) =>
        TryGet(key, out ApiDescription api) && api.Supports(version)
            ? api
            : throw new ArgumentOutOfRangeException(nameof(version), version, $"{key} is not spoken in this version.");

    private static ApiDescription?[] Index()
    {
        var index = new ApiDescription?[(short)Table[^1].Key + 1];
        foreach (ApiDescription api in Table) index[(short)api.Key] = api;
        return index;
    }
}
