using System.Globalization;
using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Client;

/// <summary>The ecosystem's keys, and what each does to the options.</summary>
internal static class PropertyKeys
{
    /// <summary>By key; null for what <see cref="SecurityProperties"/> reads together.</summary>
    public static readonly Dictionary<string, Func<ClientOptions, string, ClientOptions>?> All = Table();

    /// <summary>The known key that looks most like a mistyped one; null if none does.</summary>
    public static string? MostSimilar(string key)
    {
        (string? best, int bestDistance) = (null, Math.Max(2, key.Length / 4) + 1);
        foreach (string known in All.Keys)
        {
            int distance = Distance(key, known);
            if (distance < bestDistance) (best, bestDistance) = (known, distance);
        }

        return best;
    }

    private static Dictionary<string, Func<ClientOptions, string, ClientOptions>?> Table()
    {
        var table = new Dictionary<string, Func<ClientOptions, string, ClientOptions>?>(StringComparer.Ordinal);
        foreach (string key in SecurityProperties.Keys) table.Add(key, null);
        AddCommon(table);
        AddProducer(table);
        AddConsumer(table);
        return table;
    }

    private static void AddCommon(Dictionary<string, Func<ClientOptions, string, ClientOptions>?> table)
    {
        table["bootstrap.servers"] = (o, v) => o with { BootstrapServers = v };
        table["client.id"] = (o, v) => o with { ClientId = v };
        table["request.timeout.ms"] = (o, v) => o with { RequestTimeout = Milliseconds(v) };
        table["default.api.timeout.ms"] = (o, v) => o with { ApiTimeout = Milliseconds(v) };
        table["socket.connection.setup.timeout.ms"] = (o, v) => o with { ConnectTimeout = Milliseconds(v) };
        table["retry.backoff.ms"] = (o, v) => o with { RetryBackoff = Milliseconds(v) };
        table["retry.backoff.max.ms"] = (o, v) => o with { RetryBackoffMax = Milliseconds(v) };
        table["reconnect.backoff.ms"] = (o, v) => o with { ReconnectBackoff = Milliseconds(v) };
        table["reconnect.backoff.max.ms"] = (o, v) => o with { ReconnectBackoffMax = Milliseconds(v) };
        table["metadata.max.age.ms"] = (o, v) => o with { MetadataMaxAge = Milliseconds(v) };
        table["allow.auto.create.topics"] = (o, v) => o switch
        {
            ProducerOptions p => p with { AllowAutoCreateTopics = Boolean(v) },
            ConsumerOptions c => c with { AllowAutoCreateTopics = Boolean(v) },
            _ => o,
        };
    }

    private static void AddProducer(Dictionary<string, Func<ClientOptions, string, ClientOptions>?> table)
    {
        Producer("acks", (o, v) => o with
        {
            Acks = Choice(v, ("all", Acks.All), ("-1", Acks.All), ("1", Acks.Leader), ("0", Acks.None)),
        });
        Producer("enable.idempotence", (o, v) => o with { EnableIdempotence = Boolean(v) });
        Producer("linger.ms", (o, v) => o with { Linger = Milliseconds(v) });
        Producer("batch.size", (o, v) => o with { BatchSize = Integer(v) });
        Producer("max.request.size", (o, v) => o with { MaxRequestSize = Integer(v) });
        Producer("buffer.memory", (o, v) => o with { BufferMemory = Long(v) });
        Producer("max.block.ms", (o, v) => o with { MaxBlock = Milliseconds(v) });
        Producer("delivery.timeout.ms", (o, v) => o with { DeliveryTimeout = Milliseconds(v) });
        Producer("max.in.flight.requests.per.connection", (o, v) => o with { MaxInFlight = Integer(v) });
        Producer("compression.type", (o, v) => o with
        {
            Compression = Choice(
                v, ("none", CompressionType.None), ("gzip", CompressionType.Gzip), ("snappy", CompressionType.Snappy),
                ("lz4", CompressionType.Lz4), ("zstd", CompressionType.Zstd)),
        });

        void Producer(string key, Func<ProducerOptions, string, ProducerOptions> apply) =>
            table.Add(key, (options, value) => options is ProducerOptions own ? apply(own, value) : options);
    }

    private static void AddConsumer(Dictionary<string, Func<ClientOptions, string, ClientOptions>?> table)
    {
        Consumer("group.id", (o, v) => o with { GroupId = v });
        Consumer("group.instance.id", (o, v) => o with { GroupInstanceId = v });
        Consumer("auto.offset.reset", (o, v) => o with
        {
            AutoOffsetReset = Choice(
                v, ("earliest", AutoOffsetReset.Earliest), ("latest", AutoOffsetReset.Latest),
                ("none", AutoOffsetReset.None)),
        });
        Consumer("enable.auto.commit", (o, v) => o with { EnableAutoCommit = Boolean(v) });
        Consumer("auto.commit.interval.ms", (o, v) => o with { AutoCommitInterval = Milliseconds(v) });
        Consumer("session.timeout.ms", (o, v) => o with { SessionTimeout = Milliseconds(v) });
        Consumer("heartbeat.interval.ms", (o, v) => o with { HeartbeatInterval = Milliseconds(v) });
        Consumer("max.poll.interval.ms", (o, v) => o with { MaxPollInterval = Milliseconds(v) });
        Consumer("isolation.level", (o, v) => o with
        {
            IsolationLevel = Choice(
                v, ("read_uncommitted", IsolationLevel.ReadUncommitted),
                ("read_committed", IsolationLevel.ReadCommitted)),
        });
        Consumer("partition.assignment.strategy", (o, v) => o with { AssignmentStrategies = Strategies(v) });
        Consumer("fetch.min.bytes", (o, v) => o with { FetchMinBytes = Integer(v) });
        Consumer("fetch.max.wait.ms", (o, v) => o with { FetchMaxWait = Milliseconds(v) });
        Consumer("fetch.max.bytes", (o, v) => o with { FetchMaxBytes = Integer(v) });
        Consumer("max.partition.fetch.bytes", (o, v) => o with { MaxPartitionFetchBytes = Integer(v) });

        void Consumer(string key, Func<ConsumerOptions, string, ConsumerOptions> apply) =>
            table.Add(key, (options, value) => options is ConsumerOptions own ? apply(own, value) : options);
    }

    private static AssignmentStrategy[] Strategies(string value) =>
        [
            .. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(name => Choice(
                    name, ("range", AssignmentStrategy.Range), ("roundrobin", AssignmentStrategy.RoundRobin),
                    ("sticky", AssignmentStrategy.Sticky),
                    ("cooperative-sticky", AssignmentStrategy.CooperativeSticky))),
        ];

    private static T Choice<T>(string value, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        foreach ((string name, T choice) in choices)
            if (string.Equals(name, value, StringComparison.OrdinalIgnoreCase)) return choice;
        List<string> names = [];
        foreach ((string name, _) in choices) names.Add(name);
        throw new FormatException($"'{value}' is none of {string.Join(", ", names)}");
    }

    private static bool Boolean(string value) => Choice(value, ("true", true), ("false", false));

    private static TimeSpan Milliseconds(string value)
    {
        double number =
            double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double read)
            ? read : throw new FormatException($"'{value}' is not a number of milliseconds");
        return TimeSpan.FromMilliseconds(Math.Min(number, int.MaxValue));
    }

    private static int Integer(string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number : throw new FormatException($"'{value}' is not an integer");

    private static long Long(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number : throw new FormatException($"'{value}' is not an integer");

    /// <summary>How many letters have to be added, dropped or changed to make one text of the other.</summary>
    private static int Distance(string left, string right)
    {
        int[] above = [.. Enumerable.Range(0, right.Length + 1)];
        int[] row = new int[right.Length + 1];
        for (int i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int change = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(change, 1 + Math.Min(above[j], row[j - 1]));
            }

            (above, row) = (row, above);
        }

        return above[right.Length];
    }
}
