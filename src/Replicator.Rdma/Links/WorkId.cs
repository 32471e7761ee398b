namespace LogStore.Replicator.Rdma.Links;

/// <summary>
/// The id of a work request: on an error completion it is all that can be relied on. It names the link, and not by its queue
/// pair, whose number the device gives to another as soon as it is free.
/// </summary>
/// <param name="Link">The link's number; none is used twice.</param>
/// <param name="IsSend">Whether something was sent, or else received.</param>
/// <param name="Slot">Which place of the send queue, or which receive buffer.</param>
internal readonly record struct WorkId(uint Link, bool IsSend, int Slot)
{
    private const ulong SendBit = 1UL << 31;

    /// <summary>What a completion brings back.</summary>
    public static WorkId Of(ulong id) => new((uint)(id >> 32), (id & SendBit) != 0, (int)(id & (SendBit - 1)));

    /// <summary>What a work request carries.</summary>
    public ulong Raw => ((ulong)Link << 32) | (IsSend ? SendBit : 0) | (uint)Slot;
}
