using LogStore.Client;

namespace LogStore.Cli.Cluster.Status;

/// <summary>A broker and what it has.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Description">Where it is; null if it is not alive, but has replicas.</param>
/// <param name="IsController">Whether it elects the leaders.</param>
/// <param name="Leaders">How many partitions it leads.</param>
/// <param name="Replicas">How many it has a replica of.</param>
/// <param name="ReachesStore">Whether the metadata store answers it; null if it has none, or does not say.</param>
internal sealed record BrokerStatus(
    int Id, BrokerDescription? Description, bool IsController, int Leaders, int Replicas, bool? ReachesStore)
{
    private const string StoreState = "metadata.store.state";

    /// <summary>Reads what a broker says of its metadata store among its settings.</summary>
    public static bool? ReadReachesStore(IReadOnlyList<ConfigEntry> settings) =>
        settings.FirstOrDefault(entry => entry.Name == StoreState)?.Value switch
        {
            "reachable" => true,
            "away" => false,
            _ => null,
        };
}
