using LogStore.Replicator.Protocol;

namespace LogStore.Simulation.Cluster;

/// <summary>A change at the metadata store, as its watches tell it.</summary>
internal abstract record StoreEvent
{
    private StoreEvent()
    {
    }

    public sealed record BrokerChanged(LiveBroker Broker) : StoreEvent;

    public sealed record BrokerGone(int BrokerId) : StoreEvent;

    public sealed record PartitionChanged(int Partition, PartitionState State) : StoreEvent;

    public sealed record OptionsChanged(int Partition, ReplicaOptions Options, bool AllowsUnclean) : StoreEvent;

    public sealed record ReplicaFailed(int Partition, int BrokerId, bool HasFailed) : StoreEvent;

    public sealed record ControllerChanged(int BrokerId, long Term) : StoreEvent;
}
