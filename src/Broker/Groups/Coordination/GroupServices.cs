using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Groups.Storage;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Groups.Coordination;

/// <summary>What all groups of a coordinator share.</summary>
internal sealed record GroupServices(
    GroupOptions Options, GroupRules Rules, IGroupLog Log, GroupClock Clock, DeadlineQueue Deadlines, ILogger Logger)
{
    /// <summary>What the groups take, all together.</summary>
    public GroupMemory Memory { get; } = new(Options.MaxMemoryBytes);

    /// <summary>Held by who reads a partition.</summary>
    public SemaphoreSlim Reading { get; } = new(1, 1);
}
