namespace LogStore;

/// <summary>Stored bytes are damaged. Nothing has been cut or changed: <c>logstore log repair</c> acts when told to.</summary>
public sealed class CorruptLogException : LogStoreException
{
    /// <summary>Makes the error for damage at <paramref name="position"/> of <paramref name="file"/>.</summary>
    public CorruptLogException(string file, long position, string reason, Exception? innerException = null)
        : base($"'{file}' is damaged at byte {position}: {reason}.", innerException)
    {
        File = file;
        Position = position;
        Reason = reason;
    }

    /// <summary>The damaged file's path.</summary>
    public string File { get; }

    /// <summary>Where the damage begins, in bytes from the beginning of the file.</summary>
    public long Position { get; }

    /// <summary>What is wrong there.</summary>
    public string Reason { get; }
}
