using System.Globalization;

namespace LogStore.Cli.Groups;

/// <summary>What <c>--topic</c> names: a topic, or some of its partitions.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Numbers">The partitions; null for all.</param>
internal sealed record TopicPartitions(string Topic, IReadOnlyList<int>? Numbers)
{
    /// <summary>Reads <c>topic</c> or <c>topic:0,1,2</c>; null where the text is neither.</summary>
    public static TopicPartitions? TryParse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return text.Length > 0 ? new TopicPartitions(text, Numbers: null) : null;
        List<int> numbers = [];
        foreach (string number in text[(colon + 1)..].Split(','))
        {
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int partition)) return null;
            numbers.Add(partition);
        }

        return colon > 0 ? new TopicPartitions(text[..colon], numbers) : null;
    }
}
