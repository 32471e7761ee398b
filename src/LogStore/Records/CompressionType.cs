namespace LogStore.Records;

/// <summary>How the records of a batch are compressed: bits 0 to 2 of its attributes.</summary>
public enum CompressionType : byte
{
    /// <summary>Not compressed.</summary>
    None = 0,

    /// <summary>gzip, RFC 1952. Read and written on every machine.</summary>
    Gzip = 1,

    /// <summary>Snappy, raw or in the stream framing of the Java client. Read where libsnappy is installed.</summary>
    Snappy = 2,

    /// <summary>LZ4 in its frame format. Read where liblz4 is installed.</summary>
    Lz4 = 3,

    /// <summary>Zstandard, RFC 8878 (KIP-110). Read where libzstd is installed.</summary>
    Zstd = 4,
}
