using LogStore.Broker.Configuration;
using Xunit;

namespace LogStore.Broker.Tests.Cluster;

/// <summary>Settings as text: what is read, and what is said of what cannot be.</summary>
public sealed class SettingsTests
{
    private static readonly BrokerOptions Defaults = new() { Directory = "data" };

    [Fact]
    public void EverySettingIsShownInAFormThatIsRead()
    {
        foreach (BrokerSettings.Description setting in BrokerSettings.Describe(Defaults))
        {
            if (setting.Name == "broker.id") continue; // Shown as -1 until there is one.
            BrokerOptions read = Defaults.With(setting.Name, setting.Value);
            Assert.Equal(BrokerSettings.Describe(Defaults), BrokerSettings.Describe(read));
        }
    }

    [Fact]
    public void AFileIsReadLineByLineWithoutCommentsAndEmptyLines()
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(
            directory["broker.properties"],
            "# a comment\n! another\n\n  broker.id = 7  \nlisteners=PLAINTEXT://127.0.0.1:0\nlog.retention.ms=1000\nbroker.rack=a=b\n");
        BrokerOptions options = Defaults.WithFile(directory["broker.properties"]);
        Assert.Equal((7, "a=b", 1000), (options.BrokerId, options.Rack, options.DefaultTopicConfig.RetentionMs));
        Assert.Equal("PLAINTEXT://127.0.0.1:0", Assert.Single(options.Listeners).ToString());
    }

    [Fact]
    public void ABrokersPlaceInAClusterIsReadFromText()
    {
        BrokerOptions options = Defaults
            .With("metadata.store", "etcd:http://127.0.0.1:2379").With("replication.listener", "127.0.0.1:9192")
            .With("replication.secret", "hush").With("replica.lag.time.max.ms", "5000")
            .With("broker.session.timeout.ms", "3000").With("auto.leader.rebalance.enable", "false")
            .With("leader.imbalance.check.interval.seconds", "7").With("default.replication.factor", "3")
            .With("offsets.topic.replication.factor", "2").With("min.insync.replicas", "2")
            .With("unclean.leader.election.enable", "true");
        Assert.Equal(
            new ClusterOptions
            {
                MetadataStore = "etcd:http://127.0.0.1:2379",
                ReplicationListener = new ListenerOptions(SecurityProtocol.Plaintext, "127.0.0.1", 9192),
                ReplicationSecret = "hush",
                ReplicaLagTimeMax = TimeSpan.FromSeconds(5),
                SessionTimeout = TimeSpan.FromSeconds(3),
                AutoLeaderRebalance = false,
                LeaderImbalanceCheckInterval = TimeSpan.FromSeconds(7),
            },
            options.Cluster);
        Assert.Equal((3, 2), (options.DefaultReplicationFactor, options.Groups.OffsetsTopicReplicationFactor));
        Assert.Equal((2, true), (options.DefaultTopicConfig.MinInsyncReplicas, options.DefaultTopicConfig.UncleanLeaderElection));
        Assert.True(BrokerSettings.Describe(options).Single(setting => setting.Name == "replication.secret").IsSecret);
        Assert.Null(Defaults.Cluster.MetadataStore);
        Assert.Equal("sqlite:/tmp/x", Defaults.With("metadata.store", "sqlite:/tmp/x").Cluster.MetadataStore);
    }

    [Theory]
    [InlineData("ssl.key.password hunter2secret")]
    [InlineData("replication.secret hunter2secret=")]
    [InlineData("replication.secret\thunter2secret:x")]
    [InlineData("hunter2secret")]
    [InlineData("= hunter2secret")]
    public void ALineThatIsNoSettingIsNotQuotedForItMayBeASecret(string line)
    {
        using TemporaryDirectory directory = new();
        string path = directory["broker.properties"];
        File.WriteAllText(path, $"broker.id=1\n{line}\n");
        InvalidConfigException error = Assert.Throws<InvalidConfigException>(() => Defaults.WithFile(path));
        Assert.Equal($"Invalid setting in {path}, line 2: write it as key=value.", error.Message);
    }

    [Fact]
    public void AColonSeparatesAsInJavasProperties()
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory["broker.properties"], "replication.secret: a:b\nbroker.rack:x=y\n");
        BrokerOptions options = Defaults.WithFile(directory["broker.properties"]);
        Assert.Equal(("a:b", "x=y"), (options.Cluster.ReplicationSecret, options.Rack));
    }

    [Theory]
    [InlineData("broker.id", "", "key=value")]
    [InlineData("no.such=1", "no.such", "there is no such setting")]
    [InlineData("broker.id=one", "broker.id", "'one'")]
    [InlineData("broker.id=-1", "broker.id", "below the least value")]
    [InlineData("num.partitions=0", "num.partitions", "below the least value")]
    [InlineData("listeners=HTTP://localhost:80", "listeners", "'HTTP'")]
    [InlineData("listeners=localhost", "listeners", "'localhost'")]
    [InlineData("auto.create.topics.enable=maybe", "auto.create.topics.enable", "'maybe'")]
    [InlineData("log.segment.bytes=0", "log.segment.bytes", "")]
    [InlineData("log.segment.bytes=big", "log.segment.bytes", "'big'")]
    [InlineData("connections.max.idle.ms=0", "connections.max.idle.ms", "above 0")]
    [InlineData("connections.max.idle.ms=-5", "connections.max.idle.ms", "above 0")]
    [InlineData("connections.max.idle.ms=99999999999999999999", "connections.max.idle.ms", "64 bits")]
    [InlineData("connections.max.idle.ms=9223372036854775807", "connections.max.idle.ms", "above the largest value")]
    [InlineData("default.replication.factor=0", "default.replication.factor", "below the least value")]
    [InlineData("offsets.topic.replication.factor=0", "offsets.topic.replication.factor", "below the least value")]
    [InlineData("metadata.store=file:x", "metadata.store", "sqlite:PATH")]
    [InlineData("metadata.store=sqlite:", "metadata.store", "sqlite:PATH")]
    [InlineData("metadata.store=etcd:localhost", "metadata.store", "etcd:http")]
    [InlineData("metadata.store=etcd:ftp://localhost", "metadata.store", "etcd:http")]
    [InlineData("replication.listener=nowhere", "replication.listener", "'nowhere'")]
    [InlineData("replication.listener=a:1,b:2", "replication.listener", "not one address")]
    [InlineData("replication.transport=fast", "replication.transport", "none of auto, rdma, tcp")]
    [InlineData("replication.rdma.ring.bytes=65601", "replication.rdma.ring.bytes", "multiple of 64")]
    [InlineData("replication.rdma.ring.bytes=4096", "replication.rdma.ring.bytes", "from 65536")]
    [InlineData("replica.lag.time.max.ms=0", "replica.lag.time.max.ms", "above 0")]
    [InlineData("broker.session.timeout.ms=0", "broker.session.timeout.ms", "above 0")]
    [InlineData("leader.imbalance.check.interval.seconds=0", "leader.imbalance.check.interval.seconds", "above 0")]
    [InlineData("min.insync.replicas=0", "min.insync.replicas", "")]
    [InlineData("unclean.leader.election.enable=perhaps", "unclean.leader.election.enable", "true or false")]
    [InlineData("controlled.shutdown.timeout.ms=-1", "controlled.shutdown.timeout.ms", "below the least value")]
    public void AnErrorNamesTheFileTheLineAndTheSetting(string line, string setting, string reason)
    {
        using TemporaryDirectory directory = new();
        string path = directory["broker.properties"];
        File.WriteAllText(path, $"# first\n\n{line}\n");
        InvalidConfigException error = Assert.Throws<InvalidConfigException>(() => Defaults.WithFile(path));
        Assert.Contains($"{path}, line 3: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(setting, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
