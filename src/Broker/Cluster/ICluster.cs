using System.Collections.Immutable;
using LogStore.Broker.Network;
using LogStore.Broker.Partitions;
using LogStore.KafkaProtocol.Cluster;
using LogStore.Replicator.Transport;
using LogStore.Topics;

namespace LogStore.Broker.Cluster;

/// <summary>
/// The cluster as this broker knows it: which brokers and topics there are, and who leads what. It is also what makes topics and
/// moves replicas, and what puts partitions into this broker's <see cref="PartitionTable"/> and takes them out.
/// </summary>
/// <remarks>
/// Thread-safe. What is read is in memory, and never waits. What is changed is seen by this broker's readers when the call
/// returns; other brokers see it a moment later. Disposed after all connections have ended.
/// </remarks>
internal interface ICluster : IAsyncDisposable
{
    /// <summary>The cluster's name for itself.</summary>
    public string ClusterId { get; }

    /// <summary>This broker's number.</summary>
    public int BrokerId { get; }

    /// <summary>The broker that elects leaders; -1 while there is none.</summary>
    public int ControllerId { get; }

    /// <summary>The numbers of the brokers that are alive, ascending; this one's is among them.</summary>
    public ImmutableArray<int> LiveBrokers { get; }

    /// <summary>How this broker's links to the others are; none for a broker that is alone.</summary>
    public IReadOnlyList<LinkStatus> Links => [];

    /// <summary>
    /// Whether the metadata store answers this broker; while it does not, nothing can be decided anew. Null for a broker that is
    /// alone, and needs none.
    /// </summary>
    public bool? IsStoreReachable => null;

    /// <summary>Fails when this broker can no longer be one of the cluster, and has to stop; it ends in no other way.</summary>
    public Task Failure => Task.Delay(Timeout.InfiniteTimeSpan);

    /// <summary>All topics of the cluster, in the order of their names.</summary>
    public IReadOnlyList<Topic> Topics { get; }

    /// <summary>The topic of this name; null if there is none.</summary>
    public Topic? FindTopic(string name);

    /// <summary>
    /// The brokers that are alive, ascending, each at the address that a client of this connection can reach it at. One that
    /// has no listener of the connection's kind is left out.
    /// </summary>
    public IReadOnlyList<ClusterNode> NodesFor(ConnectionInfo connection);

    /// <summary>Where a partition is. One that is not known yet, as its topic has only just been made, has no leader.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="index">One of its partitions.</param>
    public PartitionPlacement PlacementOf(Topic topic, int index);

    /// <summary>
    /// Has a callback told when topics, leaders or brokers have changed, on the thread that made the change: it must be quick.
    /// </summary>
    public void AddChangeListener(Action<ICluster> listener);

    /// <summary>Ends <see cref="AddChangeListener"/>; a call that is under way may still come.</summary>
    public void RemoveChangeListener(Action<ICluster> listener);

    /// <summary>Makes a topic.</summary>
    /// <exception cref="TopicExistsException">There is one of this name, or one is still being deleted.</exception>
    /// <exception cref="Replicator.InvalidReplicationFactorException">There are too few brokers by now.</exception>
    /// <exception cref="LogStoreException">The name is not allowed, or it cannot be stored.</exception>
    public ValueTask<Topic> CreateTopicAsync(NewTopic topic, CancellationToken cancellationToken = default);

    /// <summary>Deletes a topic and its records.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">There is none.</exception>
    public ValueTask DeleteTopicAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Gives a topic more partitions, with as many replicas as it has.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="partitionCount">How many it shall have, more than it has.</param>
    /// <param name="assignments">The replicas of each new partition; null to leave it to the cluster.</param>
    /// <param name="cancellationToken">Ends the wait, not the change.</param>
    /// <exception cref="UnknownTopicOrPartitionException">There is none.</exception>
    /// <exception cref="InvalidTopicException">It has as many already.</exception>
    public ValueTask AddPartitionsAsync(
        string name, int partitionCount, IReadOnlyList<ImmutableArray<int>>? assignments = null,
        CancellationToken cancellationToken = default);

    /// <summary>Gives a topic other settings.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="change">Makes the new settings of the present ones; called again if they change meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait, not the change.</param>
    /// <exception cref="UnknownTopicOrPartitionException">There is none.</exception>
    /// <exception cref="InvalidConfigException">What <paramref name="change"/> throws.</exception>
    public ValueTask AlterTopicAsync(
        string name, Func<LogConfig, LogConfig> change, CancellationToken cancellationToken = default);

    /// <summary>Has partitions led by their preferred replica, or by any that is alive if none is in sync.</summary>
    /// <param name="partitions">Partitions that exist.</param>
    /// <param name="type">Which replica may be elected.</param>
    /// <param name="timeout">How long it may take; what has not come about by then has timed out.</param>
    /// <param name="cancellationToken">Ends the wait, not the change.</param>
    /// <returns>
    /// What became of each, in the same order: <c>ElectionNotNeeded</c> if it is so already, <c>PreferredLeaderNotAvailable</c>
    /// or <c>EligibleLeadersNotAvailable</c> if it cannot be.
    /// </returns>
    public ValueTask<PartitionOutcome[]> ElectLeadersAsync(
        IReadOnlyList<(Topic Topic, int Index)> partitions, ElectionType type, TimeSpan timeout,
        CancellationToken cancellationToken = default);

    /// <summary>Begins to move a partition to other brokers, or calls that off.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="index">One of its partitions.</param>
    /// <param name="replicas">
    /// The replicas that it shall have, the preferred leader first: distinct brokers that are alive. Null to call off what
    /// is under way.
    /// </param>
    /// <param name="cancellationToken">Ends the wait, not the change.</param>
    /// <returns>What became of it: <c>NoReassignmentInProgress</c> if there is nothing to call off.</returns>
    public ValueTask<PartitionOutcome> ReassignAsync(
        Topic topic, int index, ImmutableArray<int>? replicas, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the broker's place in the cluster: fills the partition table, and answers all questions on return. Called once,
    /// before anything else.
    /// </summary>
    /// <param name="listeners">The listeners, with the ports that they took.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public ValueTask StartAsync(IReadOnlyList<ListenerOptions> listeners, CancellationToken cancellationToken);

    /// <summary>
    /// Hands over what this broker leads, as far as others can take it, before it stops. Connections are still served, and
    /// their clients told to go elsewhere. Without a start there is nothing to hand over.
    /// </summary>
    /// <param name="timeout">How long it may take.</param>
    public ValueTask HandOverAsync(TimeSpan timeout);
}
