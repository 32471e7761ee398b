using LogStore.Replicator.Protocol;

namespace LogStore.Simulation.Checkers;

/// <summary>
/// Leader and controller do not undo each other's changes again and again: a partition's state is changed some 25 times in a
/// run at the most, whatever happens in it.
/// </summary>
internal static class CalmChecker
{
    private const string Name = "Calm";
    private const int MostChanges = 50;

    public static void Check(int partition, PartitionState state)
    {
        if (state.Version > MostChanges) throw new SimulationFailure(Name, $"partition {partition} was changed too often: {state}");
    }
}
