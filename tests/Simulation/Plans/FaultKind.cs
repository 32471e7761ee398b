namespace LogStore.Simulation.Plans;

/// <summary>What can go wrong, or be asked for, at a time that the plan names.</summary>
internal enum FaultKind
{
    /// <summary>A broker's process ends, and starts again: nothing is lost.</summary>
    Crash,

    /// <summary>A broker's machine loses power: what was not flushed is lost, in whole or in part.</summary>
    PowerLoss,

    /// <summary>A broker comes back with an empty directory.</summary>
    Wipe,

    /// <summary>A broker is told to stop, stops, and starts again.</summary>
    Stop,

    /// <summary>A broker does nothing for a while; its clock goes on.</summary>
    Pause,

    /// <summary>A broker's clock runs at another speed, in parts per thousand.</summary>
    Drift,

    /// <summary>Two brokers do not reach each other.</summary>
    Cut,

    /// <summary>The first of two brokers does not reach the second.</summary>
    CutOneWay,

    /// <summary>A broker does not reach the metadata store.</summary>
    CutFromStore,

    /// <summary>A broker reaches nobody, while clients may still reach it.</summary>
    Isolate,

    /// <summary>The metadata store answers nobody.</summary>
    StoreOutage,

    /// <summary>The metadata store holds a broker for dead that is not.</summary>
    ExpireLease,

    /// <summary>The controller is one no longer, and does not know it yet.</summary>
    ExpireController,

    /// <summary>The network loses, doubles and delays more than usual.</summary>
    BadNetwork,

    /// <summary>A batch of one replica goes bad on disk.</summary>
    Corrupt,

    /// <summary>Appending fails on a broker.</summary>
    DiskFull,

    /// <summary>A broker's disk is slow.</summary>
    SlowDisk,

    /// <summary>A partition is to have other replicas.</summary>
    Reassign,

    /// <summary>A partition is to have the replicas that it had, after all.</summary>
    CallOff,

    /// <summary>The preferred replicas are to lead.</summary>
    ElectPreferred,

    /// <summary>A partition's settings change.</summary>
    ChangeOptions,

    /// <summary>Old records of a partition are deleted.</summary>
    DeleteRecords,
}
