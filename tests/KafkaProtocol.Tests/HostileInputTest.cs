using System.Buffers.Binary;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Tests.Golden;
using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.KafkaProtocol.Tests;

public sealed class HostileInputTest
{
    // The dearest element is a string of one character: 3 bytes, which become a reference of 8 and an object of 24. The
    // objects of the message itself, and the error, come on top.
    private const int AllocatedPerByte = 12;
    private const int AllocatedAtLeast = 16 * 1024;

    private static readonly int[] LyingNumbers =
        [int.MinValue, -2, -1, 0, 1, 0x7FFF, 0xFFFF, 0x10000, 1 << 24, int.MaxValue];

    [Fact]
    public void MutatedMessagesAreReadOrMalformedWithinBoundedMemory()
    {
        Random random = SeededRandom.Create();
        foreach (GoldenMessage golden in GoldenMessage.KafkaSchemas.Where(golden => golden.Bytes.Length > 0))
            for (int i = 0; i < 40; i++) ReadBounded(golden.Case, golden.Version, Mutate(golden.Bytes, random));
    }

    [Fact]
    public void LyingLengthsAnywhereAreReadOrMalformedWithinBoundedMemory()
    {
        foreach (GoldenMessage golden in GoldenMessage.KafkaSchemas)
            for (int position = 0; position + sizeof(int) <= golden.Bytes.Length; position++)
                foreach (int lie in LyingNumbers)
                {
                    byte[] bytes = [.. golden.Bytes];
                    BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(position), lie);
                    ReadBounded(golden.Case, golden.Version, bytes);
                }
    }

    [Fact]
    public void RandomBytesAreReadOrMalformedWithinBoundedMemory()
    {
        Random random = SeededRandom.Create();
        foreach (MessageCase message in MessageCase.All)
        {
            Assert.True(Apis.TryGet(message.Api, out ApiDescription api));
            for (int i = 0; i < 300; i++)
            {
                byte[] bytes = new byte[random.Next(300)];
                random.NextBytes(bytes);
                // Mostly zeros: what looks like small lengths gets further than what looks like large ones.
                if (i % 2 == 0)
                    foreach (ref byte b in bytes.AsSpan()) b = (byte)(random.Next(4) > 0 ? 0 : random.Next(4));
                ReadBounded(message, (short)random.Next(api.MinVersion, api.MaxVersion + 1), bytes);
            }
        }
    }

    [Fact]
    public void DamagedFramesOfEveryMessageAndVersionAreReadOrMalformedWithinBoundedMemory()
    {
        Random random = SeededRandom.Create();
        foreach (MessageCase message in MessageCase.All)
        {
            Assert.True(Apis.TryGet(message.Api, out ApiDescription api));
            for (short version = api.MinVersion; version <= api.MaxVersion; version++)
                for (int i = 0; i < 30; i++)
                {
                    byte[] whole = message.WriteFrame(message.Random(random, version), version, random.Next(), "client");
                    byte[] frame = Mutate(whole, random);
                    AssertBounded($"{message} {version}", frame, () => ReadFrame(message, version, frame));
                }
        }
    }

    [Fact]
    public void ArraysOfTheSmallestElementsCostASmallMultipleOfTheFrame()
    {
        // Every message, all zeros: every array that is reached claims as many elements as fit into what is left.
        foreach (MessageCase message in MessageCase.All)
        {
            Assert.True(Apis.TryGet(message.Api, out ApiDescription api));
            for (short version = api.MinVersion; version <= api.MaxVersion; version++)
            {
                byte[] zeros = new byte[64 * 1024];
                for (int position = 0; position < 24; position++)
                    foreach (int size in (int[])[1, 2, 4, 6, 8, 16])
                    {
                        BinaryPrimitives.WriteInt32BigEndian(zeros.AsSpan(position), zeros.Length / size);
                        ReadBounded(message, version, zeros);
                        zeros.AsSpan(position, sizeof(int)).Clear();
                    }
            }
        }
    }

    [Fact]
    public void TheDearestElementsCostASmallMultipleOfTheFrame()
    {
        string[] names = [.. Enumerable.Repeat("x", 100_000)];
        MessageCase message = MessageCase.Of(ApiKey.DescribeGroups, isRequest: true);

        ReadBounded(message, 0, message.Write(new DescribeGroupsRequest { GroupIds = names }, 0));
    }

    [Fact]
    public void MoreElementsThanAcceptedAreMalformed()
    {
        byte[] body = MessageCase.Of(ApiKey.Metadata, isRequest: true).Write(
            new MetadataRequest { Topics = new MetadataRequest.Topic[11] }, 1);

        Assert.Equal(11, Requests.ReadBody<MetadataRequest>(body, 1, maxElements: 11).Topics!.Length);
        Assert.Throws<MalformedMessageException>(() => Requests.ReadBody<MetadataRequest>(body, 1, maxElements: 10));
    }

    [Fact]
    public void TextThatIsNotUtf8IsMalformed()
    {
        byte[] body = [0, 0, 0, 1, 0, 2, 0xC3, 0x28];

        var error = Assert.Throws<MalformedMessageException>(() => Requests.ReadBody<MetadataRequest>(body, 1));

        Assert.Equal(("a string is not UTF-8", 8), (error.Reason, error.Position));
    }

    [Theory]
    [InlineData("8080808010")]
    [InlineData("FFFFFFFFFF01")]
    [InlineData("FFFFFFFF0F")]
    [InlineData("8080")]
    public void VariableLengthNumbersOutOfBoundsAreMalformed(string hex) => Assert.Throws<MalformedMessageException>(
        () => Requests.ReadBody<ApiVersionsRequest>(Convert.FromHexString(hex), 3));

    [Fact]
    public void NullWhereTheProtocolHasNoneIsMalformed() => Assert.Throws<MalformedMessageException>(
        () => Requests.ReadBody<ProduceRequest>(Convert.FromHexString("FFFF" + "0001" + "00000000" + "FFFFFFFF"), 3));

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = new List<byte>(bytes);
        for (int changes = random.Next(1, 4); changes > 0 && mutated.Count > 0; changes--)
        {
            int position = random.Next(mutated.Count);
            switch (random.Next(4))
            {
                case 0: mutated[position] ^= (byte)(1 << random.Next(8)); break;
                case 1: mutated[position] = (byte)random.Next(256); break;
                case 2: mutated.RemoveRange(position, random.Next(mutated.Count - position)); break;
                default: mutated.InsertRange(position, mutated[..random.Next(mutated.Count)]); break;
            }
        }

        return [.. mutated];
    }

    /// <summary>Reads a frame by the way that brokers and clients go. Of a request the header may be damaged too.</summary>
    private static void ReadFrame(MessageCase message, short version, byte[] frame)
    {
        if (!message.IsRequest)
        {
            message.ReadFrame(frame, version);
            return;
        }

        RequestHeader header = default;
        if (Requests.ReadHeader(frame, ref header, out ReadOnlyMemory<byte> body) == RequestStatus.Supported)
            MessageCase.Of(header.Api, isRequest: true).Read(body, header.ApiVersion);
    }

    private static void ReadBounded(MessageCase message, short version, byte[] bytes) =>
        AssertBounded($"{message} {version}", bytes, () => message.Read(bytes, version));

    private static void AssertBounded(string what, byte[] bytes, Action read)
    {
        long allocated = Allocations.OnThisThread(() =>
        {
            try
            {
                read();
            }
            catch (MalformedMessageException)
            {
                // One of the two outcomes there may be.
            }
        });
        Assert.True(
            allocated <= AllocatedAtLeast + (AllocatedPerByte * bytes.Length),
            $"{what}: {allocated} bytes were allocated for {bytes.Length}: " +
            Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 200))));
    }
}
