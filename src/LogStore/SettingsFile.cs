namespace LogStore;

/// <summary>A file of settings, a line each: <c>key=value</c> or <c>key: value</c>, as in Java's properties.</summary>
public static class SettingsFile
{
    /// <summary>
    /// The settings of a file with the numbers of their lines, from 1, in its order. Empty lines, and lines that begin with
    /// <c>#</c> or <c>!</c>, say nothing.
    /// </summary>
    /// <exception cref="InvalidConfigException">A line is no setting. It is not quoted: it may hold a secret.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<(int Line, string Key, string Value)> Read(string path)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] is '#' or '!') continue;
            int separator = text.AsSpan().IndexOfAny('=', ':');
            string key = separator < 0 ? "" : text[..separator].TrimEnd();
            // A key has no blanks: of "password hunter=2" no part can be told that is no secret.
            if (key.Length == 0 || key.Any(char.IsWhiteSpace))
                throw new InvalidConfigException($"in {path}, line {number}", "write it as key=value");
            yield return (number, key, text[(separator + 1)..].TrimStart());
        }
    }
}
