namespace LogStore.Topics;

/// <summary>What a topic may be called: Kafka's rule, which also keeps names safe as directory names.</summary>
/// <remarks>Source: Kafka's Topic.validate.</remarks>
public static class TopicName
{
    /// <summary>The longest name, in characters: with "-" and a partition number it still fits a file name.</summary>
    public const int MaxLength = 249;

    /// <summary>Returns the name if it is allowed.</summary>
    /// <exception cref="InvalidTopicException">It is empty, too long, "." or "..", or has another character.</exception>
    public static string Validate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0) throw new InvalidTopicException("A topic name must not be empty.");
        if (name.Length > MaxLength)
            throw new InvalidTopicException(
                $"The topic name '{name[..32]}…' has {name.Length} characters; at most {MaxLength} are allowed.");
        if (name is "." or "..") throw new InvalidTopicException($"'{name}' is not allowed as a topic name.");
        foreach (char character in name)
        {
            if (char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-') continue;
            throw new InvalidTopicException(
                $"The topic name '{name}' has the character '{character}'; allowed are ASCII letters, digits, '.', '_' and '-'.");
        }

        return name;
    }
}
