using System.Net.Sockets;
using LogStore.Client.Security;
using LogStore.KafkaProtocol.Cluster;

namespace LogStore.Client.Connections;

/// <summary>Opens connections: transport, TLS, versions, log-in.</summary>
internal sealed class Connector(ClientOptions options)
{
    private static readonly string SoftwareVersion =
        typeof(Connector).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "0";

    /// <summary>Opens a connection that requests can be sent on.</summary>
    /// <exception cref="ClientException">It cannot be opened.</exception>
    public async Task<BrokerConnection> OpenAsync(BrokerAddress address, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        BrokerConnection? connection = null;
        try
        {
            connection = await OpenTransportAsync(address, either.Token).ConfigureAwait(false);
            await NegotiateAsync(connection, either.Token).ConfigureAwait(false);
            if (options.Sasl is { } sasl)
                await SaslLogin.RunAsync(connection, sasl, options.ConnectTimeout, either.Token).ConfigureAwait(false);
            BrokerConnection opened = connection;
            connection = null;
            return opened;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerUnreachableException(
                $"The broker {address} could not be connected to within {options.ConnectTimeout.TotalSeconds:0.#} s.");
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw new BrokerUnreachableException(
                $"The broker {address} cannot be connected to: {e.Message} Check bootstrap.servers and that it runs.",
                e);
        }
        finally
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<BrokerConnection> OpenTransportAsync(BrokerAddress address, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        Stream stream;
        if (options.Connect is { } connect)
        {
            stream = await connect(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            socket = await OpenSocketAsync(address, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
        }

        if (options.Tls is { } tls)
        {
            stream = await TlsHandshake.AuthenticateAsync(stream, address.Host, tls, cancellationToken)
                .ConfigureAwait(false);
            socket = null; // What goes out has to be encrypted first.
        }

        return new BrokerConnection(stream, socket, address.ToString(), options);
    }

    private static async Task<Socket> OpenSocketAsync(BrokerAddress address, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task NegotiateAsync(BrokerConnection connection, CancellationToken cancellationToken)
    {
        var request =
            new ApiVersionsRequest { ClientSoftwareName = "logstore", ClientSoftwareVersion = SoftwareVersion };
        ApiVersionsResponse response = await SendAsync(version: 3).ConfigureAwait(false);
        if (response.ErrorCode == ErrorCode.UnsupportedVersion)
            response = await SendAsync(version: 0).ConfigureAwait(false);
        BrokerErrorException.ThrowIfError(response.ErrorCode, $"Asking {connection.Name} for its versions");
        connection.Versions = new BrokerVersions(response);

        Task<ApiVersionsResponse> SendAsync(short version) =>
            connection.SendAsync<ApiVersionsRequest, ApiVersionsResponse>(
                request, options.ConnectTimeout, version, cancellationToken);
    }
}
