using System.Globalization;
using LogStore.Replicator.Cluster;
using LogStore.Replicator.Metadata.Sqlite;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Tcp;
using LogStore.Topics;

namespace LogStore.Replicator.Tests.Cluster;

/// <summary>Brokers' replication in one process, with a SQLite store, TCP links and directories of their own.</summary>
internal sealed class ClusterUnderTest : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<int, MemberUnderTest> _members = [];

    public MemberUnderTest this[int brokerId] => _members[brokerId];

    public IEnumerable<MemberUnderTest> Members => _members.Values;

    public static async Task<ClusterUnderTest> StartAsync(int brokers)
    {
        ClusterUnderTest cluster = new();
        for (int id = 1; id <= brokers; id++) await cluster.StartBrokerAsync(id);
        await Poll.UntilAsync(
            "everybody knows everybody",
            () => cluster.Members.All(member => member.Member.Image.Brokers.Count == brokers));
        return cluster;
    }

    public async Task<MemberUnderTest> StartBrokerAsync(int brokerId)
    {
        string path = _directory[brokerId.ToString(CultureInfo.InvariantCulture)];
        SqliteMetadataStore store = await SqliteMetadataStore.OpenAsync(
            new SqliteMetadataOptions { Path = _directory["metadata.db"] });
        DataDirectory directory = await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = path });
        MemberUnderTest member = new() { Store = store, Directory = directory };
        member.Member = await ClusterMember.CreateAsync(
            new ClusterMemberOptions
            {
                BrokerId = brokerId,
                Directory = directory,
                Store = store,
                LoggerFactory = new TestOutputLoggers(brokerId),
                CreateTransport = clusterId => new TcpReplicaTransport(
                    new ReplicaTransportOptions { BrokerId = brokerId, ClusterId = clusterId, Logger = new TestOutputLoggers(brokerId) }),
            },
            member);
        await member.Member.StartAsync();
        _members[brokerId] = member;
        return member;
    }

    /// <summary>Deletes the directory of a broker that was stopped.</summary>
    public void Wipe(int brokerId) =>
        Directory.Delete(_directory[brokerId.ToString(CultureInfo.InvariantCulture)], recursive: true);

    /// <summary>Ends a broker; <paramref name="properly"/> decides whether it hands over what it leads first.</summary>
    public async Task StopBrokerAsync(int brokerId, bool properly)
    {
        _members.Remove(brokerId, out MemberUnderTest? member);
        if (properly) await member!.Member.LeaveAsync(TimeSpan.FromSeconds(10));
        await member!.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MemberUnderTest member in _members.Values) await member.DisposeAsync();
        _directory.Dispose();
    }
}
