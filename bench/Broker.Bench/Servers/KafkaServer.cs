using LogStore.Bench.Broker.Clients;

namespace LogStore.Bench.Broker.Servers;

/// <summary>A server that speaks Kafka's protocol: its load comes from librdkafka.</summary>
internal abstract class KafkaServer(Driver driver) : Server
{
    /// <summary>Where clients connect.</summary>
    public abstract string Brokers { get; }

    public override IReadOnlyList<string> Acks => ["1", "all"];

    protected Driver Driver => driver;

    public override void Create(string topic) => driver.Create(Brokers, topic, partitions: 1, replicas: 1);

    public override void Delete(string topic) => driver.Delete(Brokers, topic);

    public override void CreateMany(int count) => driver.Create(Brokers, "idle", count, replicas: 1);

    public override void Fill(string topic, int bytes, long records) =>
        driver.Run("fill", Brokers, topic, 1, records, bytes);

    public override Load Produce(string topic, int bytes, string acks, TimeSpan duration) =>
        driver.Produce(Brokers, topic, bytes, acks, duration);

    public override Load Lone(string topic, int bytes, string acks, TimeSpan duration) =>
        driver.Lone(Brokers, topic, bytes, acks, duration);

    public override Load Fetch(string topic, int bytes, long records, TimeSpan duration) =>
        FetchPartitionsOf(topic, 1, duration);

    /// <summary>Writes so many records into each partition of a topic.</summary>
    public void FillPartitions(string topic, int partitions, int bytes, long recordsEach) =>
        driver.Run("fill", Brokers, topic, partitions, recordsEach, bytes);

    /// <summary>Reads all partitions of a topic at the same time, each again from its beginning when it ends.</summary>
    public Load FetchPartitionsOf(string topic, int partitions, TimeSpan duration) =>
        driver.Measure("fetch", Brokers, topic, partitions, duration.TotalSeconds);
}
