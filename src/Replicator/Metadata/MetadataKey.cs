namespace LogStore.Replicator.Metadata;

/// <summary>What keys may look like, and which range of them a prefix stands for.</summary>
internal static class MetadataKey
{
    private const char First = ' ';
    private const char Last = '~';

    /// <summary>Sorts behind every character of a key.</summary>
    private const string BehindAll = "\x7f";

    /// <exception cref="ArgumentException">It is empty, or has characters that are not printable ASCII.</exception>
    public static void Validate(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ValidatePrefix(key);
    }

    /// <exception cref="ArgumentException">It has characters that are not printable ASCII.</exception>
    public static void ValidatePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.AsSpan().ContainsAnyExceptInRange(First, Last))
            throw new ArgumentException($"Metadata keys are of printable ASCII characters: '{prefix}' is not.");
    }

    /// <summary>The least string that sorts behind all keys with a prefix: the exclusive end of their range.</summary>
    public static string EndOf(string prefix) =>
        prefix.Length == 0 ? BehindAll : $"{prefix.AsSpan(0, prefix.Length - 1)}{(char)(prefix[^1] + 1)}";
}
