using LogStore.IO;

namespace LogStore.Broker.Security.Acls;

/// <summary>
/// The rules of a broker that is alone, in the file <c>acls.json</c> of its data directory, which is replaced whole at each
/// change.
/// </summary>
/// <remarks>Thread-safe: one change is made at a time.</remarks>
internal sealed class FileAcls(string directory) : IAclStore
{
    public const string FileName = "acls.json";

    private readonly string _path = Path.Combine(directory, FileName);
    private readonly Lock _gate = new();
    private AclRules _rules = new([]);

    public AclRules Rules => Volatile.Read(ref _rules);

    /// <inheritdoc/>
    public ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(_path)) Volatile.Write(ref _rules, new AclRules(AclJson.Read(File.ReadAllBytes(_path), _path)));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ChangeAsync(Func<IReadOnlyList<Acl>, IEnumerable<Acl>> change, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Acl[] changed = [.. change(Rules.All)];
            if (changed.SequenceEqual(Rules.All)) return ValueTask.CompletedTask;
            DurableFile.Replace(_path, AclJson.Write(changed));
            Volatile.Write(ref _rules, new AclRules(changed));
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
