using System.Globalization;
using System.Text.Json;

namespace LogStore.KafkaProtocol.Tests.Golden;

/// <summary>
/// One line of a golden file: bytes that another implementation made, and what they mean if it said so.
/// </summary>
internal sealed record GoldenMessage(ApiKey Api, bool IsRequest, short Version, byte[] Bytes, JsonElement? Values)
{
    public MessageCase Case => MessageCase.Of(Api, IsRequest);

    /// <summary>Whole frames, without their size, by kafka-python.</summary>
    public static IReadOnlyList<GoldenMessage> KafkaPython { get; } = Read("kafka-python.txt");

    /// <summary>Bodies with their values, by a script that reads Kafka's schemas.</summary>
    public static IReadOnlyList<GoldenMessage> KafkaSchemas { get; } = Read("kafka-schemas.txt");

    public override string ToString() => $"{Case} {Version} {Convert.ToHexString(Bytes)}";

    private static GoldenMessage[] Read(string file) => [.. GoldenFile.Lines(file).Select(Parse)];

    private static GoldenMessage Parse(string line)
    {
        string[] parts = line.Split(' ', 5);
        return new(
            Enum.Parse<ApiKey>(parts[0]),
            parts[1] == "request",
            short.Parse(parts[2], CultureInfo.InvariantCulture),
            parts[3] == "-" ? [] : Convert.FromHexString(parts[3]),
            parts.Length > 4 ? JsonDocument.Parse(parts[4]).RootElement : null);
    }
}
