namespace LogStore.Simulation;

/// <summary>Counts of what happened in a run.</summary>
internal sealed class Figures
{
    public int Elections { get; set; }

    public int Acknowledged { get; set; }

    public int Committed { get; set; }

    public int Truncations { get; set; }

    public int Resets { get; set; }

    public int ExcusedLosses { get; set; }

    public int Destroyed { get; set; }

    public int Unclean { get; set; }

    /// <summary>How often the state of one partition was changed in one run, at the most.</summary>
    public long MostChanges { get; set; }

    /// <summary>Entries of rings that were admitted.</summary>
    public int Entries { get; set; }

    /// <summary>How many of them were pieces of a longer frame.</summary>
    public int Pieces { get; set; }

    public int Pads { get; set; }

    /// <summary>Writes that a link's end has cut between two lines.</summary>
    public int Torn { get; set; }

    /// <summary>What found no queue pair, or no memory by its key: the link is over there.</summary>
    public int Fenced { get; set; }

    /// <summary>Work requests that were flushed.</summary>
    public int Flushed { get; set; }

    /// <summary>Writes that landed in a ring in spite of all keys.</summary>
    public int Strays { get; set; }

    /// <summary>Links that ended because one end has refused what had come.</summary>
    public int Refusals { get; set; }

    public void Add(Figures other)
    {
        Elections += other.Elections;
        Acknowledged += other.Acknowledged;
        Committed += other.Committed;
        Truncations += other.Truncations;
        Resets += other.Resets;
        ExcusedLosses += other.ExcusedLosses;
        Destroyed += other.Destroyed;
        Unclean += other.Unclean;
        MostChanges = Math.Max(MostChanges, other.MostChanges);
        Entries += other.Entries;
        Pieces += other.Pieces;
        Pads += other.Pads;
        Torn += other.Torn;
        Fenced += other.Fenced;
        Flushed += other.Flushed;
        Strays += other.Strays;
        Refusals += other.Refusals;
    }

    public override string ToString() =>
        $"{Elections} leaders, {Acknowledged} batches acknowledged, {Committed} committed, {Truncations} truncations, " +
        $"{Resets} resets, {ExcusedLosses} losses by destroyed in-sync sets, {Destroyed} partitions destroyed, " +
        $"{Unclean} unclean elections, at most {MostChanges} changes of a partition; RDMA: {Entries} entries ({Pieces} pieces, {Pads} pads), {Torn} torn, " +
        $"{Fenced} fenced, {Flushed} work requests flushed, {Strays} stray writes, {Refusals} refusals";
}
