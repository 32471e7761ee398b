using System.Globalization;

namespace LogStore.Broker.Configuration;

/// <summary>One setting of the broker: its name, what it means, how it is shown and how it is read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Help">What it means.</param>
/// <param name="Read">Its value as text.</param>
/// <param name="Apply">The options with another value; throws <see cref="InvalidConfigException"/> for one that does not fit.</param>
/// <param name="IsSecret">Whether it must not be shown.</param>
internal sealed record Setting(
    string Name, string Help, Func<BrokerOptions, string> Read, Func<BrokerOptions, string, BrokerOptions> Apply,
    bool IsSecret = false)
{
    public static Setting Integer(
        string name, string help, Func<BrokerOptions, int> read, Func<BrokerOptions, int, BrokerOptions> apply) => new(
        name, help,
        options => read(options).ToString(CultureInfo.InvariantCulture),
        (options, text) => int.TryParse(text, CultureInfo.InvariantCulture, out int value)
            ? apply(options, value)
            : throw new InvalidConfigException(name, $"'{text}' is not a whole number of 32 bits"));

    public static Setting Long(
        string name, string help, Func<BrokerOptions, long> read, Func<BrokerOptions, long, BrokerOptions> apply) => new(
        name, help,
        options => read(options).ToString(CultureInfo.InvariantCulture),
        (options, text) => long.TryParse(text, CultureInfo.InvariantCulture, out long value)
            ? apply(options, value)
            : throw new InvalidConfigException(name, $"'{text}' is not a whole number of 64 bits"));

    public static Setting Milliseconds(
        string name, string help, Func<BrokerOptions, TimeSpan> read,
        Func<BrokerOptions, TimeSpan, BrokerOptions> apply) => Long(
        name, $"{help}, in milliseconds",
        options => (long)read(options).TotalMilliseconds,
        (options, value) => value <= int.MaxValue
            ? apply(options, TimeSpan.FromMilliseconds(value))
            : throw new InvalidConfigException(name, $"{value} is above the largest value, {int.MaxValue}"));

    /// <summary>A file's name, or a text, among the settings of security; empty for none.</summary>
    public static Setting File(
        string name, string help, Func<SecurityOptions, string?> read, Func<SecurityOptions, string?, SecurityOptions> apply,
        bool isSecret = false) => new(
        name, help,
        options => read(options.Security) ?? "",
        (options, text) => options with { Security = apply(options.Security, text.Length == 0 ? null : text) },
        isSecret);

    /// <summary>A setting of security that is a list.</summary>
    public static Setting List(
        string name, string help, char separator, Func<SecurityOptions, IReadOnlyList<string>> read,
        Func<SecurityOptions, string[], SecurityOptions> apply) => new(
        name, help,
        options => string.Join(separator, read(options.Security)),
        (options, text) => options with
        {
            Security = apply(
                options.Security,
                text.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
        });

    public static Setting Choice(
        string name, string help, string[] choices, Func<BrokerOptions, int> read,
        Func<BrokerOptions, int, BrokerOptions> apply) => new(
        name, help,
        options => choices[read(options)],
        (options, text) => Array.IndexOf(choices, text) is >= 0 and int choice
            ? apply(options, choice)
            : throw new InvalidConfigException(name, $"'{text}' is none of {string.Join(", ", choices)}"));

    /// <summary>A setting of Kafka's that has one value here.</summary>
    public static Setting Only(string name, string help, string value) =>
        Choice(name, help, [value], _ => 0, (options, _) => options);

    public static Setting Boolean(
        string name, string help, Func<BrokerOptions, bool> read, Func<BrokerOptions, bool, BrokerOptions> apply) => new(
        name, help,
        options => read(options) ? "true" : "false",
        (options, text) => text switch
        {
            "true" => apply(options, true),
            "false" => apply(options, false),
            _ => throw new InvalidConfigException(name, $"'{text}' is neither true nor false"),
        });
}
