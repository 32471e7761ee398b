namespace LogStore.Client.Groups;

/// <summary>The strategies by name.</summary>
internal static class AssignorTable
{
    public static IAssignor Create(AssignmentStrategy strategy) => strategy switch
    {
        AssignmentStrategy.Range => new RangeAssignor(),
        AssignmentStrategy.RoundRobin => new RoundRobinAssignor(),
        AssignmentStrategy.Sticky => new StickyAssignor(),
        AssignmentStrategy.CooperativeSticky => new CooperativeStickyAssignor(),
        _ => throw new InvalidConfigException("partition.assignment.strategy", $"there is no strategy {strategy}"),
    };
}
