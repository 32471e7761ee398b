using LogStore.Simulation.Clients;

namespace LogStore.Simulation.Checkers;

/// <summary>
/// What clients are told does not go back: no answer of a later epoch has a lower watermark than any answer of an earlier one,
/// whoever got it and whichever came first.
/// </summary>
/// <remarks>
/// Within an epoch the watermark may be told out of order, as answers overtake each other; a client drops those. Starts anew
/// after an excused loss.
/// </remarks>
internal sealed class ClientViewChecker(int partition)
{
    private readonly SortedDictionary<int, (long Lowest, long Highest)> _told = [];

    public void OnFetched(FetchAnswer answer)
    {
        foreach ((int epoch, (long lowest, long highest)) in _told)
        {
            if (epoch < answer.LeaderEpoch && highest > answer.HighWatermark) Fail(answer, epoch, highest);
            if (epoch > answer.LeaderEpoch && lowest < answer.HighWatermark) Fail(answer, epoch, lowest);
        }

        (long low, long high) = _told.GetValueOrDefault(answer.LeaderEpoch, (long.MaxValue, 0));
        _told[answer.LeaderEpoch] = (Math.Min(low, answer.HighWatermark), Math.Max(high, answer.HighWatermark));
    }

    public void Forget() => _told.Clear();

    private void Fail(FetchAnswer answer, int epoch, long told) => throw new SimulationFailure(
        "ClientView", $"partition {partition} tells watermark {answer.HighWatermark} in epoch {answer.LeaderEpoch}, " +
        $"and told {told} in epoch {epoch}");
}
