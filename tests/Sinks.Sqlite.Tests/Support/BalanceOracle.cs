using System.Text.Json;

namespace LogStore.Sinks.Sqlite.Tests.Support;

/// <summary>
/// Sums a topic's payments by itself: it shares neither mapping nor SQL nor the telling of duplicates with the sink and its
/// check. It keeps what it has read, and goes on from there.
/// </summary>
/// <param name="consumer">How to read.</param>
/// <param name="topic">The topic.</param>
/// <param name="partitions">How many partitions it has.</param>
/// <param name="tellsIds">Whether a number that a producer has passed in a partition counts no more.</param>
internal sealed class BalanceOracle(ConsumerOptions consumer, string topic, int partitions, bool tellsIds) : IAsyncDisposable
{
    private readonly Consumer<string, string> _consumer =
        new(consumer with { AutoOffsetReset = AutoOffsetReset.Earliest }, Serdes.Utf8, Serdes.Utf8);

    private readonly Dictionary<string, long> _balances = [];
    private readonly Dictionary<(int Partition, string Producer), long> _last = [];

    /// <summary>The balances that the records up to the topic's present end make.</summary>
    public async Task<Dictionary<string, long>> BalancesAsync()
    {
        TopicPartition[] all = [.. Enumerable.Range(0, partitions).Select(each => new TopicPartition(topic, each))];
        _consumer.Assign(all);
        IReadOnlyDictionary<TopicPartition, OffsetResult> ends =
            await _consumer.ListOffsetsAsync(all.ToDictionary(each => each, _ => OffsetSpec.Latest));
        while (all.Any(each => (_consumer.Position(each) ?? 0) < ends[each].Offset))
        {
            if (await _consumer.ConsumeAsync(TimeSpan.FromMilliseconds(200)) is { } result) Add(result.Partition, result.Value!);
        }

        return _balances;
    }

    public ValueTask DisposeAsync() => _consumer.DisposeAsync();

    private void Add(int partition, string value)
    {
        using JsonDocument record = JsonDocument.Parse(value);
        string account = record.RootElement.GetProperty("account").GetString()!;
        if (tellsIds)
        {
            (int, string) producer = (partition, record.RootElement.GetProperty("producer").GetString()!);
            long id = record.RootElement.GetProperty("id").GetInt64();
            if (id <= _last.GetValueOrDefault(producer, long.MinValue)) return;
            _last[producer] = id;
        }

        _balances[account] = _balances.GetValueOrDefault(account) + record.RootElement.GetProperty("amount").GetInt64();
    }
}
