namespace LogStore;

/// <summary>There is no room on the device. The append was rejected whole; the log goes on when space returns.</summary>
public sealed class DiskFullException : LogStoreException
{
    /// <summary>Makes the error for the log in <paramref name="directory"/>.</summary>
    public DiskFullException(string directory, Exception cause)
        : base($"No space is left for the log in '{directory}'; nothing was appended. Free some space and retry.", cause)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
