using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Checkers;

/// <summary>
/// Two logs that hold the same batch are equal up to it: whoever appends a batch has in front of it what its leader had.
/// Holds in every partition, also after an unclean election.
/// </summary>
/// <remarks>
/// Does not look behind the start of a log: what was deleted there, or never fetched after a reset, is not compared. Does not
/// say that a batch was right to be appended, only that it is in the right place.
/// </remarks>
internal static class LogMatchingChecker
{
    private const string Name = "LogMatching";

    public static void Check(int brokerId, int partition, SimulatedLog log, SimulatedBatch batch)
    {
        if (batch.BaseOffset != log.LogEndOffset)
        {
            throw new SimulationFailure(
                Name, $"broker {brokerId} appends {batch} to partition {partition}, which ends at {log.LogEndOffset}");
        }

        if (log.Tail is { } last && !ReferenceEquals(last, batch.Previous))
        {
            throw new SimulationFailure(
                Name, $"broker {brokerId} appends {batch} to partition {partition} behind {last}, not behind {batch.Previous}");
        }
    }
}
