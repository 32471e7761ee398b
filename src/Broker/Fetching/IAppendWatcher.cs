using LogStore.Broker.Partitions;

namespace LogStore.Broker.Fetching;

/// <summary>Wants to know when there is more to read, and when it is to be read elsewhere.</summary>
internal interface IAppendWatcher
{
    /// <summary>
    /// Called after something has become readable, or the partition's leadership has changed, on the thread that did it: it must
    /// be quick.
    /// </summary>
    public void OnAppended(Partition partition);
}
