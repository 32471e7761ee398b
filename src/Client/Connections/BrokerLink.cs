namespace LogStore.Client.Connections;

/// <summary>
/// The way to a broker for one purpose: opens a connection when it is needed, and again when it has ended.
/// </summary>
/// <remarks>Thread-safe. Attempts that fail are spaced by a growing pause, whoever makes them.</remarks>
internal sealed class BrokerLink(BrokerAddress address, Connector connector, ClientOptions options) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private volatile BrokerConnection? _connection;
    private long _notBefore;
    private int _failures;
    private bool _disposed;

    /// <summary>Whether there is a connection now.</summary>
    public bool IsConnected => _connection is { IsOpen: true };

    /// <summary>The connection, opened if there is none.</summary>
    /// <exception cref="ClientException">It cannot be opened.</exception>
    public ValueTask<BrokerConnection> ConnectAsync(CancellationToken cancellationToken) =>
        _connection is { IsOpen: true } open ? new(open) : new(OpenAsync(cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        _disposed = true;
        _opening.Release();
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<BrokerConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connection is { IsOpen: true } open) return open;
            TimeSpan pause = TimeSpan.FromMilliseconds(_notBefore - Now);
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            BrokerConnection opened = await connector.OpenAsync(address, cancellationToken).ConfigureAwait(false);
            _failures = 0;
            return _connection = opened;
        }
        catch (ClientException)
        {
            _failures++;
            _notBefore = Now + (long)Backoff
                .After(_failures, options.ReconnectBackoff, options.ReconnectBackoffMax).TotalMilliseconds;
            throw;
        }
        finally
        {
            _opening.Release();
        }
    }

    private long Now => options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
}
