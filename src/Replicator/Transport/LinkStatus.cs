namespace LogStore.Replicator.Transport;

/// <summary>How the link to a peer is.</summary>
/// <param name="BrokerId">The peer.</param>
/// <param name="Transport">What carries it: <c>tcp</c>, <c>rdma</c>, <c>in-process</c>.</param>
/// <param name="IsUp">Whether messages get through.</param>
/// <param name="Reason">Why it is as it is, in a few words; null when there is nothing to say.</param>
public sealed record LinkStatus(int BrokerId, string Transport, bool IsUp, string? Reason);
