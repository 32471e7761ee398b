using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.KafkaProtocol.Tests.Golden;

public sealed class GoldenTest
{
    [Fact]
    public void FramesOfKafkaPythonAreReadAndWrittenBackByteForByte()
    {
        var wrong = new List<string>();
        foreach (GoldenMessage golden in GoldenMessage.KafkaPython)
        {
            byte[]? written = null;
            try
            {
                IWireMessage message = golden.Case.ReadFrame(golden.Bytes, golden.Version);
                (int correlationId, string? clientId) = Header(golden);
                written = golden.Case.WriteFrame(message, golden.Version, correlationId, clientId);
            }
            catch (MalformedMessageException malformed)
            {
                wrong.Add($"{golden}: {malformed.Message}");
            }

            if (written is not null && !written.AsSpan().SequenceEqual(golden.Bytes))
                wrong.Add($"{golden} was written as {Convert.ToHexString(written)}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void BodiesMadeFromKafkasSchemasHaveTheirValuesInTheFieldsOfThatName()
    {
        foreach (GoldenMessage golden in GoldenMessage.KafkaSchemas)
        {
            (IWireMessage message, int bytesRead) = golden.Case.Read(golden.Bytes, golden.Version);

            Assert.True(golden.Bytes.Length == bytesRead, $"{bytesRead} bytes were read of {golden}");
            FieldValues.AssertEqual(golden.Values!.Value, message);
            byte[] written = golden.Case.Write(message, golden.Version);
            Assert.True(
                golden.Bytes.AsSpan().SequenceEqual(written),
                $"{golden} was written as {Convert.ToHexString(written)}");
        }
    }

    [Fact]
    public void EveryMessageOfTheTableIsGolden()
    {
        var expected = new List<(ApiKey, bool, short)>();
        foreach (ApiDescription api in Apis.All)
            for (short version = api.MinVersion; version <= api.MaxVersion; version++)
                expected.AddRange([(api.Key, true, version), (api.Key, false, version)]);

        Assert.Equal(
            expected.Order(),
            GoldenMessage.KafkaSchemas.Select(golden => (golden.Api, golden.IsRequest, golden.Version)).Order());
        Assert.Equal(2 * Apis.All.Length, MessageCase.All.Count);
        Assert.Equal(Enum.GetValues<ApiKey>(), Apis.All.ToArray().Select(api => api.Key));
    }

    [Fact]
    public void EveryTruncationIsMalformed()
    {
        foreach (GoldenMessage golden in GoldenMessage.KafkaSchemas)
            for (int length = 0; length < golden.Bytes.Length; length++)
                Assert.Throws<MalformedMessageException>(
                    () => golden.Case.Read(golden.Bytes.AsMemory(0, length), golden.Version));

        foreach (GoldenMessage golden in GoldenMessage.KafkaPython)
            for (int length = 0; length < golden.Bytes.Length; length++)
                Assert.Throws<MalformedMessageException>(
                    () => golden.Case.ReadFrame(golden.Bytes.AsMemory(0, length), golden.Version));
    }

    private static (int CorrelationId, string? ClientId) Header(GoldenMessage golden)
    {
        if (!golden.IsRequest) return (Responses.ReadCorrelationId(golden.Bytes), null);
        RequestHeader header = default;
        Requests.ReadHeader(golden.Bytes, ref header, out _);
        return (header.CorrelationId, header.ClientId);
    }
}
