namespace LogStore.Broker.Network;

/// <summary>How <see cref="RequestMemory"/> has granted memory.</summary>
internal enum MemoryGrant
{
    /// <summary>Not at all: there was none in time.</summary>
    None,

    /// <summary>Within the bound.</summary>
    Within,

    /// <summary>Beyond the bound, as one request at a time may.</summary>
    Exceeding,
}
