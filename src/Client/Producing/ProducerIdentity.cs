namespace LogStore.Client.Producing;

/// <summary>Under which the broker counts a producer's records (KIP-98).</summary>
internal sealed record ProducerIdentity(long Id, short Epoch);
