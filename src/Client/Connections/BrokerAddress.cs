using System.Globalization;

namespace LogStore.Client.Connections;

/// <summary>Where a broker listens.</summary>
internal readonly record struct BrokerAddress(string Host, int Port)
{
    public const int DefaultPort = 9092;

    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Reads <c>host:port,[::1]:port,host</c>.</summary>
    /// <exception cref="InvalidConfigException">It is no such list.</exception>
    public static BrokerAddress[] ParseList(string list)
    {
        BrokerAddress[] addresses =
            [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
        return addresses.Length > 0
            ? addresses
            : throw new InvalidConfigException("bootstrap.servers", "name at least one broker, as host:port");
    }

    private static BrokerAddress Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        bool hasPort =
            colon > text.LastIndexOf(']') && (text[0] == '[' || text.IndexOf(':', StringComparison.Ordinal) == colon);
        string host = (hasPort ? text[..colon] : text).Trim('[', ']');
        int port = DefaultPort;
        if (hasPort && (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) ||
            port is < 1 or > ushort.MaxValue))
            throw new InvalidConfigException("bootstrap.servers", $"'{text}' has no port between 1 and 65535");
        return host.Length > 0
            ? new BrokerAddress(host, port)
            : throw new InvalidConfigException("bootstrap.servers", $"'{text}' has no host");
    }
}
