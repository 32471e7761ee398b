using LogStore.Cli.Cluster;

namespace LogStore.Cli.Groups;

/// <summary>Where <c>group reset-offsets</c> moves a group to.</summary>
internal abstract record OffsetTarget
{
    /// <summary>The time whose first record has to be found; null where it is no time.</summary>
    public virtual DateTimeOffset? Time => null;

    /// <summary>The new offset, within the partition's bounds; null where there is no old one to move from.</summary>
    public long? In(PartitionBounds bounds, long? committed) =>
        Find(bounds, committed) is { } offset ? Math.Clamp(offset, bounds.Start, bounds.End) : null;

    /// <summary>The new offset before it is brought within the bounds.</summary>
    protected abstract long? Find(PartitionBounds bounds, long? committed);

    /// <summary>The first retained record.</summary>
    internal sealed record Earliest : OffsetTarget
    {
        /// <inheritdoc/>
        protected override long? Find(PartitionBounds bounds, long? committed) => bounds.Start;
    }

    /// <summary>The end.</summary>
    internal sealed record Latest : OffsetTarget
    {
        /// <inheritdoc/>
        protected override long? Find(PartitionBounds bounds, long? committed) => bounds.End;
    }

    /// <summary>An offset.</summary>
    internal sealed record AtOffset(long Offset) : OffsetTarget
    {
        /// <inheritdoc/>
        protected override long? Find(PartitionBounds bounds, long? committed) => Offset;
    }

    /// <summary>The first record no older than a time.</summary>
    internal sealed record AtTime(DateTimeOffset At) : OffsetTarget
    {
        /// <inheritdoc/>
        public override DateTimeOffset? Time => At;

        /// <inheritdoc/>
        protected override long? Find(PartitionBounds bounds, long? committed) => bounds.FirstAtTime ?? bounds.End;
    }

    /// <summary>So many records on or, negative, back.</summary>
    internal sealed record ShiftedBy(long Records) : OffsetTarget
    {
        /// <inheritdoc/>
        protected override long? Find(PartitionBounds bounds, long? committed) => committed is not { } from ? null
            : Records > long.MaxValue - from ? long.MaxValue : from + Records;
    }
}
