namespace LogStore.Bench.Broker.Cases;

/// <summary>
/// Writes some megabytes into the page cache and drops it, so that whoever writes next is given memory that was freed a
/// moment ago: a hypervisor may have taken back what was freed earlier, and giving it again takes longer than the write.
/// </summary>
internal sealed class FreshPages(string directory, int megabytes) : IDisposable
{
    private readonly FileStream _file = new(
        Path.Combine(directory, "pages"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);

    private readonly byte[] _bytes = new byte[1 << 20];

    public void Refresh()
    {
        _file.Position = 0;
        for (int written = 0; written < megabytes; written++) _file.Write(_bytes);
        _file.SetLength(0);
    }

    public void Dispose() => _file.Dispose();
}
