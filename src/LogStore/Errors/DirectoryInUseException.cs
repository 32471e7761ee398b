namespace LogStore;

/// <summary>Another process, or another instance in this process, holds the directory's lock.</summary>
public sealed class DirectoryInUseException : LogStoreException
{
    /// <summary>Makes the error for <paramref name="directory"/>.</summary>
    /// <param name="directory">The directory whose lock is held.</param>
    /// <param name="owner">What the lock file says of its holder, for a person to read; may be empty.</param>
    /// <param name="innerException">What the operating system said.</param>
    public DirectoryInUseException(string directory, string owner, Exception? innerException = null)
        : base($"'{directory}' is in use{(owner.Length > 0 ? $" by {owner}" : "")}; " +
               "stop the other process, or open it read-only.", innerException)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
