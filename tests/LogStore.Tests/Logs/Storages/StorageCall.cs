namespace LogStore.Tests.Logs.Storages;

/// <summary>What is asked of a storage.</summary>
internal enum StorageOperation
{
    /// <summary>Of a file that is there.</summary>
    Open,

    /// <summary>Of a file that is new, or emptied.</summary>
    Create,
    List,
    CreateDirectory,
    Delete,
    Rename,
    FlushDirectory,
    Read,
    Write,
    Flush,
    SetLength,
    Allocate,
}

/// <summary>One call to a storage.</summary>
internal readonly record struct StorageCall(StorageOperation Operation, string Path)
{
    public bool TakesSpace => Operation is StorageOperation.Create or StorageOperation.Write or StorageOperation.Allocate;

    public bool IsFlush => Operation is StorageOperation.Flush or StorageOperation.FlushDirectory;

    public override string ToString() => $"{Operation} {System.IO.Path.GetFileName(Path)}";
}
