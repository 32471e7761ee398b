using System.IO.Pipelines;

namespace LogStore.Broker.Network;

/// <summary>A connection within the process: two pipes, and a stream for each side.</summary>
internal sealed class DuplexPipe
{
    private readonly Pipe _toBroker = new();
    private readonly Pipe _toClient = new();

    public DuplexPipe()
    {
        BrokerSide = new PipePairStream(_toBroker.Reader, _toClient.Writer);
        ClientSide = new PipePairStream(_toClient.Reader, _toBroker.Writer);
    }

    public Stream BrokerSide { get; }

    public Stream ClientSide { get; }

    /// <summary>One side's view of the two pipes. Closing it ends both directions.</summary>
    private sealed class PipePairStream(PipeReader reader, PipeWriter writer) : Stream
    {
        private readonly Stream _reading = reader.AsStream();
        private readonly Stream _writing = writer.AsStream();

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => _reading.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reading.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            _reading.ReadAsync(buffer, offset, count, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => _writing.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _writing.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            _writing.WriteAsync(buffer, offset, count, cancellationToken);

        public override void Flush() => _writing.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => _writing.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                writer.Complete();
                reader.Complete();
            }

            base.Dispose(disposing);
        }
    }
}
