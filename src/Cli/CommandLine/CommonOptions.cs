using System.CommandLine;
using LogStore.Broker;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LogStore.Cli.CommandLine;

/// <summary>Options and arguments that several commands share, and makers of options that explain a wrong value.</summary>
internal static class CommonOptions
{
    /// <summary>The environment variable that stands in for <c>--data</c>.</summary>
    public const string DataVariable = "LOGSTORE_DATA";

    /// <summary>The data directory where neither option nor variable names one.</summary>
    public const string DefaultData = "./logstore-data";

    /// <summary>The data directory, for every command.</summary>
    public static Option<string> Data { get; } = new("--data")
    {
        Description = $"The data directory (else ${DataVariable}, else {DefaultData})",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>The data directory that a command line names.</summary>
    public static string DataDirectory(ParseResult parsed)
    {
        if (parsed.GetValue(Data) is { } named)
            return named.Length > 0 ? named : throw new UserErrorException("--data takes a path, not an empty text", ExitCode.Usage);
        string? variable = Environment.GetEnvironmentVariable(DataVariable);
        return string.IsNullOrWhiteSpace(variable) ? DefaultData : variable;
    }

    /// <summary>The topic's name, which the library checks.</summary>
    public static Argument<string> Topic(string description) => new("TOPIC") { Description = description };

    /// <summary>One partition of a topic, numbered from 0.</summary>
    public static Option<int?> Partition(string description) =>
        Number("--partition", description, "N", 0, int.MaxValue);

    /// <summary>A whole number within bounds (both inclusive); null where the option is not given.</summary>
    public static Option<int?> Number(string name, string description, string helpName, int least, int most) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => (int?)ParseNumber(result, name, least, most),
    };

    /// <summary>As <see cref="Number"/>, for numbers of 64 bits.</summary>
    public static Option<long?> LongNumber(string name, string description, string helpName, long least, long most) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => ParseNumber(result, name, least, most),
        };

    /// <summary>One of a few words; null where the option is not given, which means the first.</summary>
    public static Option<T?> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
        where T : struct
    {
        string words = string.Join('|', choices.Select(choice => choice.Word));
        return new Option<T?>(name)
        {
            Description = $"{description} (default: {choices[0].Word})",
            HelpName = words,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                foreach ((string word, T value) in choices)
                {
                    if (word == text) return value;
                }

                result.AddError($"{name} takes {words}, not '{text}'");
                return null;
            },
        };
    }

    /// <summary>What carries replication; null where nothing is said, which leaves it to the settings.</summary>
    public static Option<ReplicationTransport?> Replication() => Choice(
        "--replication", "What carries replication between brokers",
        ("auto", ReplicationTransport.Auto), ("rdma", ReplicationTransport.Rdma), ("tcp", ReplicationTransport.Tcp));

    /// <summary>An option that may be given several times, each a <c>key=value</c>.</summary>
    public static Option<KeyValuePair<string, string>[]> Pairs(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "k=v",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => [.. result.Tokens.Select(token => ParsePair(result, name, token.Value))],
        DefaultValueFactory = _ => [],
    };

    private static long? ParseNumber(ArgumentResult result, string name, long least, long most)
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) &&
            value >= least && value <= most) return value;
        string range = most is int.MaxValue or long.MaxValue ? $"{least} or more" : $"{least} to {most}";
        result.AddError($"{name} takes a whole number, {range}, not '{text}'");
        return null;
    }

    private static KeyValuePair<string, string> ParsePair(ArgumentResult result, string name, string text)
    {
        int separator = text.IndexOf('=');
        if (separator > 0) return new(text[..separator], text[(separator + 1)..]);
        result.AddError($"{name} takes key=value"); // The text is not quoted: it may be half of a password.
        return default;
    }
}
