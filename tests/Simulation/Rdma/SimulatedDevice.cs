using LogStore.Simulation.Checkers;

namespace LogStore.Simulation.Rdma;

/// <summary>
/// A machine's RDMA device: which memory may be written to, by which key. No key is given twice, while memory is used
/// again as soon as it can be: that is the worse case for a write of the time before.
/// </summary>
internal sealed class SimulatedDevice(int brokerId, int ringBytes)
{
    private readonly Dictionary<uint, RegisteredMemory> _registered = [];
    private readonly Stack<RingAddress> _free = new();
    private readonly Dictionary<int, byte[]> _leftOver = [];
    private uint _lastKey;
    private long _lastGeneration = (brokerId + 1L) << 32;

    public long NextGeneration() => ++_lastGeneration;

    public RegisteredMemory Register(StagingChecker checker)
    {
        if (!_free.TryPop(out RingAddress? address)) address = new RingAddress(ringBytes);
        address.FirstBefore = address.First ?? address.FirstBefore;
        address.First = address.Latest = null;
        RegisteredMemory memory = new(++_lastKey, address, checker);
        _registered.Add(memory.Key, memory);
        return memory;
    }

    /// <summary>From now on nothing is written by this key.</summary>
    public void Deregister(RegisteredMemory memory) => _registered.Remove(memory.Key);

    public void Free(RegisteredMemory memory)
    {
        memory.IsFreed = true;
        _free.Push(memory.Address);
    }

    /// <summary>The memory that a key is good for; null for none.</summary>
    public RegisteredMemory? Find(uint key) => _registered.GetValueOrDefault(key);

    /// <summary>A message from a peer stays behind in a completion queue.</summary>
    public void LeaveOver(int peer, byte[] message) => _leftOver[peer] = message;

    public byte[]? TakeLeftOver(int peer) => _leftOver.Remove(peer, out byte[]? message) ? message : null;
}
