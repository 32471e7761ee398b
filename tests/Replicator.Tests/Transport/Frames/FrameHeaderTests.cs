using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport.Frames;
using Xunit;

namespace LogStore.Replicator.Tests.Transport.Frames;

public sealed class FrameHeaderTests
{
    private static readonly ReplicaMessage Message = new(
        ReplicaMessageKind.Truncate, new PartitionId(new Guid("00112233-4455-6677-8899-aabbccddeeff"), 0x01020304), 0x11121314, 0x2122232425262728)
    {
        LastEpoch = -2,
        StartOffset = 3,
        EndOffset = long.MaxValue,
        FlushedOffset = 5,
        HighWatermark = 6,
        LogStartOffset = long.MinValue,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1000)]
    public void AHeaderIsReadAsItWasWritten(int payloadLength)
    {
        FrameHeader header = FrameHeader.Of(Message, payloadLength, 12, 34);
        byte[] frame = new byte[header.FrameLength];
        frame.AsSpan().Fill(0xff);
        header.Complete(frame);
        Assert.Equal(0, frame.Length % FrameHeader.Alignment);
        Assert.Equal(header, FrameHeader.Read(frame, 1000));
        Assert.All(frame[(FrameHeader.Size + payloadLength)..], padding => Assert.Equal(0, padding));
    }

    [Fact]
    public void TheBytesAreThoseOfTheDocument()
    {
        byte[] frame = new byte[FrameHeader.Size];
        FrameHeader.Of(Message, 0, 1, 2).Complete(frame);
        const string Expected =
            "4C535231" + "70000000" + "0100000000000000" + "0200000000000000" + "00112233445566778899AABBCCDDEEFF" + "04030201" +
            "02000000" + "14131211" + "FEFFFFFF" + "2827262524232221" + "0300000000000000" + "FFFFFFFFFFFFFF7F" +
            "0500000000000000" + "0600000000000000" + "0000000000000080" + "00000000";
        Assert.Equal(Expected, Convert.ToHexString(frame.AsSpan(0, 108)));
    }

    [Fact]
    public void AnyBitThatIsWrongIsNoticed()
    {
        byte[] frame = new byte[FrameHeader.Size];
        FrameHeader.Of(Message, 0, 1, 2).Complete(frame);
        for (int bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<FrameException>(() => FrameHeader.Read(frame, int.MaxValue));
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
