namespace LogStore.Replicator.Transport.Links;

/// <summary>What the ends of a connection have agreed on.</summary>
/// <param name="Link">The link that both ends have connected; null for one over the connection itself.</param>
/// <param name="Reason">Why it is what it is; null when there is nothing to say.</param>
/// <param name="IsHere">Whether this end could have had it otherwise.</param>
/// <param name="IsThere">Whether the other end could have had it otherwise.</param>
internal readonly record struct DataPathAgreement(OfferedLink? Link, string? Reason, bool IsHere, bool IsThere);
