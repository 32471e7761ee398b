using System.Globalization;
using System.Reflection;
using System.Text.Json;
using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.KafkaProtocol.Tests.Golden;

/// <summary>Compares the fields of a message, by name, with what a golden file says of them.</summary>
internal static class FieldValues
{
    public static void AssertEqual(JsonElement expected, object message)
    {
        foreach (JsonProperty property in expected.EnumerateObject())
        {
            string path = $"{message.GetType().Name}.{property.Name}";
            string name = char.ToUpperInvariant(property.Name[0]) + property.Name[1..];
            FieldInfo? field = message.GetType().GetField(name);
            Assert.True(field is not null, $"There is no {path}.");
            AssertEqual(path, property.Value, field.GetValue(message));
        }
    }

    private static void AssertEqual(string path, JsonElement expected, object? actual)
    {
        switch (actual)
        {
            case null or RecordPayload { IsNull: true }:
                Assert.True(expected.ValueKind == JsonValueKind.Null, $"{path} is null.");
                break;
            case string text:
                Assert.True(expected.GetString() == text, $"{path} is '{text}'.");
                break;
            case Guid id:
                Assert.True(expected.GetGuid() == id, $"{path} is {id}.");
                break;
            case bool flag:
                Assert.True(expected.GetBoolean() == flag, $"{path} is {flag}.");
                break;
            case RecordPayload records:
                AssertEqual(path, expected, records.Bytes);
                break;
            case ReadOnlyMemory<byte> bytes:
                Assert.True(
                    expected.GetString()!.Equals(Convert.ToHexString(bytes.Span), StringComparison.OrdinalIgnoreCase),
                    $"{path} is {Convert.ToHexString(bytes.Span)}.");
                break;
            case Array items:
                Assert.True(expected.GetArrayLength() == items.Length, $"{path} has {items.Length} elements.");
                foreach ((JsonElement element, object? item) in expected.EnumerateArray().Zip(items.Cast<object?>()))
                    AssertEqual(path, element, item);
                break;
            case IWireMessage element:
                AssertEqual(expected, element);
                break;
            default:
                long number = Convert.ToInt64(actual, CultureInfo.InvariantCulture);
                Assert.True(expected.GetInt64() == number, $"{path} is {number}.");
                break;
        }
    }
}
