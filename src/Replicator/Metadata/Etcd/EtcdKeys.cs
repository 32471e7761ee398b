using System.Text;

namespace LogStore.Replicator.Metadata.Etcd;

/// <summary>Keys of the store as they are in etcd: behind a prefix.</summary>
internal sealed class EtcdKeys(string prefix)
{
    public byte[] ToEtcd(string key) => Encoding.ASCII.GetBytes(prefix + key);

    /// <summary>The exclusive end of the range of keys that begin with a prefix.</summary>
    public byte[] EndOf(string keyPrefix) => Encoding.ASCII.GetBytes(MetadataKey.EndOf(prefix + keyPrefix));

    public string FromEtcd(byte[] key) => Encoding.ASCII.GetString(key.AsSpan(prefix.Length));

    public MetadataEntry ToEntry(EtcdKeyValue pair) =>
        new(FromEtcd(pair.Key), pair.Value ?? [], pair.ModRevision, new MetadataLease(pair.Lease));

    /// <summary>The events of one or more revisions, each key once.</summary>
    /// <param name="events">In their order; not empty.</param>
    public MetadataUpdate ToUpdate(EtcdEvent[] events)
    {
        Dictionary<string, EtcdEvent> last = new(StringComparer.Ordinal);
        foreach (EtcdEvent each in events) last[FromEtcd(each.Kv.Key)] = each;
        return new MetadataUpdate(
            events.Max(each => each.Kv.ModRevision),
            IsSnapshot: false,
            [.. last.Values.Where(each => !each.IsDelete).Select(each => ToEntry(each.Kv))],
            [.. last.Where(each => each.Value.IsDelete).Select(each => each.Key)]);
    }
}
