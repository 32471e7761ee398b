using System.Text;
using LogStore.Broker.Cluster;
using LogStore.Broker.Groups;
using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Groups.Offsets;
using LogStore.Broker.Groups.Storage;
using LogStore.Broker.Partitions;
using LogStore.Broker.Tests.Support;
using LogStore.Broker.TopicAdmin;
using LogStore.KafkaProtocol;
using LogStore.Topics;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Support;

/// <summary>A coordinator over a real log in a directory of its own, with a clock that the test moves.</summary>
internal sealed class CoordinatorHost : IAsyncDisposable
{
    public const int SessionMs = 10_000;

    private readonly TemporaryDirectory _files = new(inMemory: true);
    private DataDirectory _directory = null!;

    private CoordinatorHost(GroupOptions options) => Options = options;

    public GroupOptions Options { get; set; }

    public ManualClock Clock { get; } = new();

    public GroupCoordinator Coordinator { get; private set; } = null!;

    public GatedGroupLog Log { get; private set; } = null!;

    public StandaloneCluster Cluster { get; private set; } = null!;

    public PartitionTable Partitions => Cluster.Partitions;

    public static async Task<CoordinatorHost> StartAsync(GroupOptions? options = null, bool withTopic = true)
    {
        CoordinatorHost host = new(
            (options ?? new GroupOptions { InitialRebalanceDelay = TimeSpan.Zero }) with { OffsetsTopicPartitions = 3 });
        await host.OpenAsync();
        if (withTopic) await host.Coordinator.EnsureStartedAsync(default);
        return host;
    }

    /// <summary>Stops the broker and starts it again.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
        Coordinator.Start();
        await Coordinator.Loaded;
    }

    public ValueTask<JoinReply> JoinAsync(
        string memberId = "", string? instanceId = null, string group = "g", CancellationToken cancellationToken = default,
        params string[] topics)
    {
        byte[] subscription = GroupScene.Subscription(topics);
        return Coordinator.JoinAsync(
            group,
            new JoinCall
            {
                Member = new MemberIdentity(memberId, instanceId),
                NewMemberId = GroupCoordinator.NewMemberId("client", instanceId),
                SessionTimeoutMs = SessionMs,
                RebalanceTimeoutMs = 60_000,
                ProtocolType = "consumer",
                Protocols = [new MemberProtocol("range", subscription)],
            },
            cancellationToken);
    }

    public ValueTask<SyncReply> SyncAsync(
        JoinReply member, string? instanceId = null, string work = "", string group = "g") =>
        Coordinator.SyncAsync(
            group,
            new SyncCall
            {
                Member = new MemberIdentity(member.MemberId, instanceId),
                Generation = member.Generation,
                Assignments = member.Members.ToDictionary(
                    each => each.MemberId, _ => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(work)),
            },
            CancellationToken.None);

    /// <summary>Makes a stable group of one member.</summary>
    public async Task<JoinReply> MakeStableAsync(string? instanceId = null, string group = "g", params string[] topics)
    {
        JoinReply member = await JoinAsync(instanceId: instanceId, group: group, topics: topics);
        Assert.Equal(ErrorCode.None, (await SyncAsync(member, instanceId, "all", group)).Error);
        return member;
    }

    /// <summary>Commits one offset as no member, or as a member.</summary>
    public async Task<ErrorCode> CommitAsync(
        long offset, string group = "g", string topic = "t", JoinReply? member = null, string metadata = "",
        long expiresUnixMs = -1)
    {
        ErrorCode[] errors = await Coordinator.CommitAsync(
            group, new MemberIdentity(member?.MemberId ?? ""), member?.Generation ?? -1,
            [new(new TopicPartition(topic, 0), new CommittedOffset(offset, 4, metadata, Clock.UnixMs, expiresUnixMs))]);
        return errors[0];
    }

    /// <summary>The committed offset; -1 if there is none.</summary>
    public long Committed(string group = "g", string topic = "t")
    {
        Assert.Equal(
            ErrorCode.None,
            Coordinator.FetchOffsets(group, [new TopicPartition(topic, 0)], out CommittedOffset?[] offsets));
        return offsets[0]?.Offset ?? -1;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _files.Dispose();
    }

    private async Task OpenAsync()
    {
        _directory = await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = _files.Path });
        BrokerOptions broker = new() { Directory = _files.Path };
        Cluster = new StandaloneCluster(_directory, new BrokerIdentity(1, "cluster"), broker, NullLogger.Instance);
        await Cluster.StartAsync([], CancellationToken.None);
        Log = new GatedGroupLog(
            new OffsetsTopic(Partitions, Cluster, new TopicFactory(Cluster, broker), Options, Clock));
        Coordinator = new GroupCoordinator(Options, Log, Clock, NullLogger.Instance);
    }

    private async Task CloseAsync()
    {
        await Coordinator.DisposeAsync();
        await Cluster.DisposeAsync();
        await _directory.DisposeAsync();
    }
}
