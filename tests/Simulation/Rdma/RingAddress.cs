namespace LogStore.Simulation.Rdma;

/// <summary>Memory that is a ring again and again, and what was once written to its beginning.</summary>
internal sealed class RingAddress(int size)
{
    public byte[] Bytes { get; } = new byte[size];

    /// <summary>The entry that began the ring before this one; null for none.</summary>
    public byte[]? FirstBefore { get; set; }

    /// <summary>The entry that began this ring; null for none so far.</summary>
    public byte[]? First { get; set; }

    /// <summary>The entry that began the latest lap; null for none so far.</summary>
    public byte[]? Latest { get; set; }
}
