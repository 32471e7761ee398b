namespace LogStore.Replicator.Rdma.Staging;

/// <summary>What an entry of a staging ring is.</summary>
internal enum StagingKind : byte
{
    /// <summary>A whole frame, or the last piece of one.</summary>
    Frame = 1,

    /// <summary>A piece of a frame that is too long for one entry; the next entry goes on with it.</summary>
    Piece = 2,

    /// <summary>Nothing, up to the ring's end: what comes next did not fit there.</summary>
    Pad = 3,
}
