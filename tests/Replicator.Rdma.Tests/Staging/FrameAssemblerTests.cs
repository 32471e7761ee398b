using LogStore.Replicator.Protocol;
using LogStore.Replicator.Rdma.Staging;
using LogStore.Replicator.Transport.Frames;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests.Staging;

public sealed class FrameAssemblerTests
{
    private const int MaxPayload = 100_000;

    private static readonly ReplicaMessage Message =
        new(ReplicaMessageKind.Append, new PartitionId(new Guid("0190b2c4-5d6e-7f80-9a1b-2c3d4e5f6071"), 3), 1, 2);

    [Fact]
    public void AFrameOfPiecesIsWhatItWasHoweverItIsCut()
    {
        Random random = SeededRandom.Create();
        using FrameAssembler assembler = new(MaxPayload);
        for (int round = 0; round < 500; round++)
        {
            byte[] frame = Frame(random.Next(5_000), random);
            int begin = 0;
            int next = random.Next(FrameHeader.Size, frame.Length + 1);
            while (next < frame.Length)
            {
                Assert.False(assembler.TryTake(StagingKind.Piece, frame.AsSpan(begin..next), out _, out _));
                begin = next;
                next = random.Next(begin, frame.Length + 1);
            }

            bool isWhole = assembler.TryTake(
                StagingKind.Frame, frame.AsSpan(begin), out FrameHeader header, out ReadOnlySpan<byte> payload);
            Assert.True(isWhole);
            Assert.Equal(Message, header.Message);
            Assert.True(payload.SequenceEqual(frame.AsSpan(FrameHeader.Size, header.PayloadLength)));
        }
    }

    [Fact]
    public void PiecesThatAreTooManyTooFewOrNoFrameAreRefused()
    {
        byte[] frame = Frame(1_000, new Random(1));
        Refuses([], frame.AsSpan(0, FrameHeader.Size - 1));
        Refuses([], frame.AsSpan(0, 500));
        Refuses([], [.. frame, 0]);
        Refuses(frame.AsSpan(0, 500), frame.AsSpan(501));
        Refuses(frame.AsSpan(0, 500), frame.AsSpan(499));
        Refuses(frame.AsSpan(0, 500), frame);
        frame[50] ^= 1;
        Refuses([], frame);
    }

    [Fact]
    public void AFrameThatSaysItIsTooLongTakesNoMemory()
    {
        byte[] frame = Frame(MaxPayload + 1, new Random(1));
        using FrameAssembler assembler = new(MaxPayload);
        Assert.Throws<FrameException>(() => assembler.TryTake(StagingKind.Piece, frame.AsSpan(0, 500), out _, out _));
    }

    private static void Refuses(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> last)
    {
        using FrameAssembler assembler = new(MaxPayload);
        byte[] first = piece.ToArray(), second = last.ToArray();
        Assert.Throws<FrameException>(() =>
        {
            if (first.Length > 0) assembler.TryTake(StagingKind.Piece, first, out _, out _);
            assembler.TryTake(StagingKind.Frame, second, out _, out _);
        });
    }

    private static byte[] Frame(int payloadLength, Random random)
    {
        byte[] frame = new byte[FrameHeader.LengthOf(payloadLength)];
        random.NextBytes(frame);
        FrameHeader.Of(Message, payloadLength, 5, 6).Complete(frame);
        return frame;
    }
}
