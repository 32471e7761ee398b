namespace LogStore.Client;

/// <summary>How a group's partitions are divided among its members.</summary>
public enum AssignmentStrategy
{
    /// <summary>Topic by topic, neighbouring partitions to the same member.</summary>
    Range,

    /// <summary>All partitions of all topics in turn.</summary>
    RoundRobin,

    /// <summary>Evenly, and every member keeps as much as it can of what it had.</summary>
    Sticky,

    /// <summary>
    /// As <see cref="Sticky"/>, and members go on consuming what they keep during a rebalance (KIP-429).
    /// </summary>
    CooperativeSticky,
}
