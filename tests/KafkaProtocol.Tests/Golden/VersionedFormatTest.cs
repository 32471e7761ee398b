using System.Globalization;
using System.Text.Json;
using LogStore.KafkaProtocol.ConsumerProtocol;
using LogStore.KafkaProtocol.OffsetsTopic;
using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.KafkaProtocol.Tests.Golden;

public sealed class VersionedFormatTest
{
    [Fact]
    public void GoldenFormatsAreReadAndWrittenBackByteForByte()
    {
        foreach (string line in GoldenFile.Lines("versioned-formats.txt"))
        {
            string[] parts = line.Split(' ', 4);
            short version = short.Parse(parts[1], CultureInfo.InvariantCulture);
            byte[] bytes = Convert.FromHexString(parts[2]);
            JsonElement values = JsonDocument.Parse(parts[3]).RootElement;
            switch (parts[0])
            {
                case nameof(ConsumerSubscription): Check<ConsumerSubscription>(bytes, version, values); break;
                case nameof(ConsumerAssignment): Check<ConsumerAssignment>(bytes, version, values); break;
                case nameof(OffsetCommitKey): Check<OffsetCommitKey>(bytes, version, values); break;
                case nameof(OffsetCommitValue): Check<OffsetCommitValue>(bytes, version, values); break;
                case nameof(GroupMetadataKey): Check<GroupMetadataKey>(bytes, version, values); break;
                case nameof(GroupMetadataValue): Check<GroupMetadataValue>(bytes, version, values); break;
                default: Assert.Fail(line); break;
            }
        }
    }

    [Fact]
    public void NewerSubscriptionsAreReadAsTheNewestOneKnown()
    {
        var subscription = new ConsumerSubscription { Topics = ["a"], GenerationId = 7, RackId = "r" };
        byte[] known = VersionedFormat.Write(subscription, 3);
        byte[] newer = [0, 9, .. known[2..], 1, 2, 3];

        var read = VersionedFormat.Read<ConsumerSubscription>(newer);

        Assert.Equal(("a", 7, "r"), (Assert.Single(read.Topics), read.GenerationId, read.RackId));
    }

    [Fact]
    public void NewerRecordsOfTheOffsetsTopicAreRefused()
    {
        byte[] newer = [0, 9, .. VersionedFormat.Write(new OffsetCommitValue(), 3)[2..]];

        byte[] negative = [0xFF, 0xFF, .. newer[2..]];

        Assert.Throws<MalformedMessageException>(() => VersionedFormat.Read<OffsetCommitValue>(newer));
        Assert.Throws<MalformedMessageException>(() => VersionedFormat.Read<OffsetCommitValue>(negative));
    }

    [Fact]
    public void KeysAreToldApartByTheirVersion()
    {
        byte[] offset = VersionedFormat.Write(new OffsetCommitKey { Group = "g", Topic = "t", PartitionIndex = 1 }, 1);
        byte[] group = VersionedFormat.Write(new GroupMetadataKey { Group = "g" }, 2);

        Assert.Equal((1, 2), (VersionedFormat.ReadVersion(offset), VersionedFormat.ReadVersion(group)));
        Assert.Throws<MalformedMessageException>(() => VersionedFormat.Read<OffsetCommitKey>(group));
    }

    private static void Check<T>(byte[] bytes, short version, JsonElement values)
        where T : class, IVersionedFormat, new()
    {
        var message = VersionedFormat.Read<T>(bytes);
        FieldValues.AssertEqual(values, message);
        Assert.Equal(bytes, VersionedFormat.Write(message, version));
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<MalformedMessageException>(() => VersionedFormat.Read<T>(bytes.AsMemory(0, length)));
    }
}
