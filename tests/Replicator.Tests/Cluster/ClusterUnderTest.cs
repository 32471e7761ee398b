using System.Globalization;
using LogStore.Replicator.Cluster;
using LogStore.Replicator.Metadata;
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
    private string? _clusterId;

    public MemberUnderTest this[int brokerId] => _members[brokerId];

    /// <summary>How long brokers that are started from now on are held for alive.</summary>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>What the stores of brokers that are started from now on give their transactions to before.</summary>
    public Func<MetadataTransaction, Task> BeforeTransaction { get; set; } = _ => Task.CompletedTask;

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

    /// <summary>Starts a broker, or starts it again.</summary>
    /// <param name="brokerId">Its number.</param>
    /// <param name="directory">Its data directory's name; null for its number.</param>
    /// <param name="store">The name of the metadata store's file.</param>
    public async Task<MemberUnderTest> StartBrokerAsync(
        int brokerId, string? directory = null, string store = "metadata.db")
    {
        string path = PathOf(directory ?? brokerId.ToString(CultureInfo.InvariantCulture));
        MemberUnderTest member = new()
        {
            Store = new InterceptedStore(
                await SqliteMetadataStore.OpenAsync(new SqliteMetadataOptions { Path = _directory[store] }))
            {
                Before = BeforeTransaction,
            },
            Directory = await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = path }),
        };
        try
        {
            member.Member = await ClusterMember.CreateAsync(
                new ClusterMemberOptions
                {
                    BrokerId = brokerId,
                    ClusterId = member.Directory.TryReadFile(DirectoryLife.FileName) is null ? null : _clusterId,
                    Directory = member.Directory,
                    Store = member.Store,
                    SessionTimeout = SessionTimeout,
                    LoggerFactory = new TestOutputLoggers(brokerId),
                    CreateTransport = clusterId => new TcpReplicaTransport(new ReplicaTransportOptions
                    {
                        BrokerId = brokerId,
                        ClusterId = clusterId,
                        Logger = new TestOutputLoggers(brokerId),
                    }),
                },
                member);
            await member.Member.StartAsync();
        }
        catch
        {
            await member.DisposeAsync();
            throw;
        }

        _clusterId = member.Member.ClusterId;
        _members[brokerId] = member;
        return member;
    }

    /// <summary>Where a data directory is.</summary>
    public string PathOf(string directory) => _directory[directory];

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
