using System.Globalization;
using LogStore.IO;

namespace LogStore.Broker.Cluster;

/// <summary>
/// Who owns a data directory: <c>meta.properties</c> in Kafka's form. A broker that is started again on the same directory
/// is the same broker.
/// </summary>
internal sealed record BrokerIdentity(int BrokerId, string ClusterId)
{
    public const string FileName = "meta.properties";

    private const int DefaultBrokerId = 1;

    /// <summary>Reads the identity of a directory, or gives it one.</summary>
    /// <param name="directory">The data directory, whose lock is held.</param>
    /// <param name="brokerId">The number that the settings want; null takes what there is.</param>
    /// <param name="clusterId">The cluster that a directory without an identity joins; null for one of its own.</param>
    /// <exception cref="InvalidConfigException">The directory belongs to another broker.</exception>
    /// <exception cref="CorruptLogException">The file is damaged.</exception>
    public static BrokerIdentity Load(string directory, int? brokerId, string? clusterId = null)
    {
        string path = Path.Combine(directory, FileName);
        if (TryRead(directory) is not { } found)
        {
            BrokerIdentity made = new(brokerId ?? DefaultBrokerId, clusterId ?? NewClusterId());
            DurableFile.Replace(
                path,
                string.Create(
                    CultureInfo.InvariantCulture, $"version=0\nbroker.id={made.BrokerId}\ncluster.id={made.ClusterId}\n"));
            return made;
        }

        if (brokerId is { } wanted && wanted != found.BrokerId)
            throw new InvalidConfigException(
                "broker.id",
                $"'{directory}' belongs to broker {found.BrokerId}, not {wanted}; use that number or another directory");
        return found;
    }

    /// <summary>The identity of a directory; null when it has none yet.</summary>
    /// <exception cref="CorruptLogException">The file is damaged.</exception>
    public static BrokerIdentity? TryRead(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) return null;
        Dictionary<string, string> properties = new(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(path))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] != '#') properties[line[..equals].Trim()] = line[(equals + 1)..].Trim();
        }

        if (!properties.TryGetValue("cluster.id", out string? clusterId) ||
            !int.TryParse(
                properties.GetValueOrDefault("broker.id"), NumberStyles.None, CultureInfo.InvariantCulture, out int found))
            throw new CorruptLogException(path, 0, "it does not name a broker.id and a cluster.id");
        return new BrokerIdentity(found, clusterId);
    }

    /// <summary>A random UUID in Kafka's form: base64 for URLs, 22 characters.</summary>
    private static string NewClusterId() =>
        Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
