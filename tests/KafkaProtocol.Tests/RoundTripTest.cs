using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.KafkaProtocol.Tests;

public sealed class RoundTripTest
{
    [Fact]
    public void RandomMessagesOfEveryVersionSurviveTheWire()
    {
        Random random = SeededRandom.Create();
        foreach (MessageCase message in MessageCase.All)
        {
            Assert.True(Apis.TryGet(message.Api, out ApiDescription api));
            for (short version = api.MinVersion; version <= api.MaxVersion; version++)
                for (int i = 0; i < 20; i++)
                {
                    int correlationId = random.Next();
                    IWireMessage original = message.Random(random, version);
                    byte[] written = message.WriteFrame(original, version, correlationId, "client");
                    IWireMessage read = message.ReadFrame(written, version);
                    Assert.Equal(written, message.WriteFrame(read, version, correlationId, "client"));
                    Assert.Equivalent(original, read);
                }
        }
    }

    [Fact]
    public void TaggedFieldsThatAreNotKnownAreSkipped()
    {
        // ApiVersions 3 with one supported feature, tag 0, as Kafka 3 sends it.
        byte[] frame = Convert.FromHexString("00000007" + "0000" + "02" + "0012" + "0000" + "0003" + "00" + "00000005" +
            "01" + "00" + "05" + "0102030405");

        var response = Responses.Read<Cluster.ApiVersionsResponse>(frame, 3);

        Assert.Equal(ApiKey.ApiVersions, Assert.Single(response.ApiKeys).ApiKey);
        Assert.Equal(5, response.ThrottleTimeMs);
    }
}
