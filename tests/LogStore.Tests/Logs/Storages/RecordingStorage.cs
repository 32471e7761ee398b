using LogStore.IO;

namespace LogStore.Tests.Logs.Storages;

/// <summary>
/// The machine's file system, with a record of one directory: what is in its files and names now (which a killed process
/// leaves behind), and what of that has been flushed (which a power loss leaves behind).
/// </summary>
internal sealed class RecordingStorage : Storage
{
    private readonly string _directory;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Content> _names = [];
    private Dictionary<string, Content> _durableNames;

    /// <param name="directory">What is in it already counts as durable.</param>
    public RecordingStorage(string directory)
    {
        _directory = directory;
        foreach (string name in Default.ListFiles(directory))
        {
            using StorageFile file = Default.Open(Path.Combine(directory, name), OpenMode.Read);
            Content content = new();
            content.Take(file);
            content.Flush();
            _names.Add(name, content);
        }

        _durableNames = new Dictionary<string, Content>(_names);
    }

    /// <summary>Called after every change, on the thread that made it.</summary>
    public Action? Changed { get; set; }

    /// <summary>What is left when the process is killed now.</summary>
    public CrashImage AfterKill() => Capture(() => _names, content => content.Current);

    /// <summary>What is left when the power fails now and nothing was written back that had not been flushed.</summary>
    public CrashImage AfterPowerLoss() => Capture(() => _durableNames, content => content.Durable);

    /// <summary>What is left when the power fails and the kernel had written back some files and names by itself.</summary>
    public CrashImage AfterPowerLoss(Random random) => Capture(
        () => random.Next(2) == 0 ? _names : _durableNames,
        content => random.Next(2) == 0 ? content.Current : content.Durable);

    public override StorageFile Open(string path, OpenMode mode)
    {
        StorageFile file = Default.Open(path, mode);
        if (!IsRecorded(path)) return file;
        Content? content;
        lock (_gate)
        {
            string name = Path.GetFileName(path);
            if (!_names.TryGetValue(name, out content)) _names[name] = content = new Content();
            content.Take(file);
        }

        if (mode != OpenMode.Read) Changed?.Invoke();
        return new RecordedFile(this, file, content);
    }

    public override bool FileExists(string path) => Default.FileExists(path);

    public override bool DirectoryExists(string path) => Default.DirectoryExists(path);

    public override IReadOnlyList<string> ListFiles(string directory) => Default.ListFiles(directory);

    public override void CreateDirectory(string path) => Default.CreateDirectory(path);

    public override void DeleteDirectory(string path) => Default.DeleteDirectory(path);

    public override void DeleteFile(string path)
    {
        lock (_gate)
        {
            Default.DeleteFile(path);
            if (IsRecorded(path)) _names.Remove(Path.GetFileName(path));
        }

        Changed?.Invoke();
    }

    public override void Rename(string source, string target)
    {
        lock (_gate)
        {
            Default.Rename(source, target);
            if (_names.Remove(Path.GetFileName(source), out Content? content)) _names[Path.GetFileName(target)] = content;
        }

        Changed?.Invoke();
    }

    public override void RenameDirectory(string source, string target) => Default.RenameDirectory(source, target);

    public override void FlushDirectory(string path)
    {
        lock (_gate)
        {
            if (path == _directory) _durableNames = new Dictionary<string, Content>(_names);
        }

        Changed?.Invoke();
    }

    private CrashImage Capture(Func<Dictionary<string, Content>> names, Func<Content, byte[]> read)
    {
        lock (_gate) return new CrashImage(names().ToDictionary(name => name.Key, name => read(name.Value)));
    }

    private bool IsRecorded(string path) => Path.GetDirectoryName(path) == _directory;

    /// <summary>A file's bytes, now and when it was flushed last; the arrays are never changed.</summary>
    private sealed class Content
    {
        public byte[] Current { get; private set; } = [];

        public byte[] Durable { get; private set; } = [];

        public void Take(StorageFile file)
        {
            byte[] bytes = new byte[file.Length];
            file.ReadFully(bytes, 0);
            Current = bytes;
        }

        public void Flush() => Durable = Current;
    }

    private sealed class RecordedFile(RecordingStorage owner, StorageFile inner, Content content) : StorageFile
    {
        public override string Path => inner.Path;

        public override long Length => inner.Length;

        public override int Read(Span<byte> buffer, long position) => inner.Read(buffer, position);

        public override void Write(ReadOnlySpan<byte> bytes, long position)
        {
            // Two steps, so that there is a moment with half of the bytes written.
            int half = bytes.Length / 2;
            lock (owner._gate) inner.Write(bytes[..half], position);
            Took();
            lock (owner._gate) inner.Write(bytes[half..], position + half);
            Took();
        }

        public override void Flush()
        {
            lock (owner._gate) content.Flush();
            owner.Changed?.Invoke();
        }

        public override void SetLength(long length)
        {
            lock (owner._gate) inner.SetLength(length);
            Took();
        }

        public override void Allocate(long position, long length)
        {
            lock (owner._gate) inner.Allocate(position, length);
            Took();
        }

        public override void Dispose() => inner.Dispose();

        private void Took()
        {
            lock (owner._gate) content.Take(inner);
            owner.Changed?.Invoke();
        }
    }
}
