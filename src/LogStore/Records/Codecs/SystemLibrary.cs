using System.Runtime.InteropServices;

namespace LogStore.Records.Codecs;

/// <summary>A codec's library, which the system has or has not. Looked for once; thread-safe.</summary>
/// <param name="compression">The codec.</param>
/// <param name="fileName">The library's file name, as the system's loader takes it.</param>
/// <param name="package">The Debian and Ubuntu package that brings it.</param>
internal sealed class SystemLibrary(CompressionType compression, string fileName, string package)
{
    private readonly Lazy<bool> _isPresent = new(
        () => NativeLibrary.TryLoad(fileName, typeof(SystemLibrary).Assembly, searchPath: null, out _));

    /// <summary>Whether the library can be loaded.</summary>
    public bool IsPresent => _isPresent.Value;

    /// <summary>Passes where the library can be loaded.</summary>
    /// <exception cref="CompressionNotSupportedException">It cannot.</exception>
    public void Require()
    {
        if (!IsPresent) throw new CompressionNotSupportedException(compression, fileName, package);
    }
}
