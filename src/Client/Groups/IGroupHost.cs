namespace LogStore.Client.Groups;

/// <summary>What a membership needs of the consumer that it belongs to.</summary>
internal interface IGroupHost
{
    /// <summary>The partitions that the consumer has.</summary>
    public IReadOnlyList<TopicPartition> Owned { get; }

    /// <summary>Gives it exactly these.</summary>
    public void SetOwned(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Commits what was consumed, if that is automatic; never throws for the group's sake.</summary>
    public Task CommitBeforeRevocationAsync(CancellationToken cancellationToken);

    /// <summary>Ends a wait for records.</summary>
    public void Wake();
}
