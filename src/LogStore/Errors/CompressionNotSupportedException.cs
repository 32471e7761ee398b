using LogStore.Records;

namespace LogStore;

/// <summary>A batch is, or is to be, compressed by a codec whose system library is not installed on this machine.</summary>
public sealed class CompressionNotSupportedException : LogStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="compression">The codec.</param>
    /// <param name="library">The file name of the library that has it.</param>
    /// <param name="package">The Debian and Ubuntu package that brings the library.</param>
    public CompressionNotSupportedException(CompressionType compression, string library, string package)
        : base($"Records compressed by {compression} need {library}, which this machine does not have. " +
            $"Install it (Debian, Ubuntu: apt-get install {package}) and restart, or produce with another compression.")
    {
        Compression = compression;
        Library = library;
        Package = package;
    }

    /// <summary>The codec.</summary>
    public CompressionType Compression { get; }

    /// <summary>The file name of the library that has it.</summary>
    public string Library { get; }

    /// <summary>The Debian and Ubuntu package that brings the library.</summary>
    public string Package { get; }
}
