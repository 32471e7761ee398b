using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using LogStore.Broker.Security;
using LogStore.Broker.Security.Tls;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Broker.Network;

/// <summary>A TCP connection inside TLS.</summary>
internal sealed class TlsTransport : Transport
{
    private readonly Socket _socket;
    private readonly TlsServer _tls;
    private readonly bool _asksForCertificate;
    private readonly TimeSpan _patience;
    private readonly SslStream _stream;
    private readonly StreamTransport _inner;

    /// <param name="socket">The connection, which the transport takes over.</param>
    /// <param name="tls">The broker's side of TLS.</param>
    /// <param name="asksForCertificate">Whether the client is who its certificate says.</param>
    /// <param name="patience">How long the handshake may take.</param>
    public TlsTransport(Socket socket, TlsServer tls, bool asksForCertificate, TimeSpan patience)
    {
        _socket = socket;
        _tls = tls;
        _asksForCertificate = asksForCertificate;
        _patience = patience;
        _stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        _inner = new StreamTransport(_stream, socket.Dispose);
    }

    public override async ValueTask<Principal?> OpenAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_patience);
        try
        {
            await _stream.AuthenticateAsServerAsync(_tls.OptionsFor(_asksForCertificate), timeout.Token).ConfigureAwait(false);
        }
        catch (AuthenticationException exception)
        {
            throw new AuthenticationException(
                $"the TLS handshake failed: {(exception.InnerException ?? exception).Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("the TLS handshake took too long", exception);
        }

        return _stream.RemoteCertificate is X509Certificate2 certificate ? CertificatePrincipal.Of(certificate) : null;
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _inner.ReceiveAsync(buffer, cancellationToken);

    public override ValueTask SendAsync(FrameBuffer frames, ActivityMark progress, CancellationToken cancellationToken) =>
        _inner.SendAsync(frames, progress, cancellationToken);

    public override void Abort() => _socket.Dispose();

    public override ValueTask DisposeAsync() => _inner.DisposeAsync();
}
