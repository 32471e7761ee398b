namespace LogStore;

/// <summary>What becomes of old records: <c>cleanup.policy</c>. The two may be combined.</summary>
[Flags]
public enum CleanupPolicy
{
    /// <summary>No policy; a log always has one.</summary>
    None = 0,

    /// <summary>Segments that are too old, or too much, are deleted: <c>delete</c>.</summary>
    Delete = 1,

    /// <summary>Of each key the latest record is kept: <c>compact</c>.</summary>
    Compact = 2,
}
