using LogStore.Simulation.Checkers;

namespace LogStore.Simulation.Rdma;

/// <summary>A ring that a device may write to for whoever names its key.</summary>
/// <param name="key">The key.</param>
/// <param name="address">The memory.</param>
/// <param name="checker">What knows what may be written there.</param>
internal sealed class RegisteredMemory(uint key, RingAddress address, StagingChecker checker)
{
    public uint Key { get; } = key;

    public RingAddress Address { get; } = address;

    public byte[] Bytes => Address.Bytes;

    public StagingChecker Checker { get; } = checker;

    /// <summary>Whether its owner has given the memory back: it may be another ring by now.</summary>
    public bool IsFreed { get; set; }

    /// <summary>Whether a stray write has landed here: the receiver has to refuse what it finds.</summary>
    public bool IsStruck { get; set; }
}
