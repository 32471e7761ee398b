namespace LogStore.Sinks.Sqlite.Progress;

/// <summary>On whose behalf a sink writes.</summary>
/// <param name="Group">The consumer group; empty for a sink that reads alone.</param>
/// <param name="Generation">The group's generation; null for one that reads alone, which takes the next number.</param>
/// <param name="Member">The member, or a name that no other sink has.</param>
internal sealed record Owner(string Group, int? Generation, string Member);
