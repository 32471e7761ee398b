using System.Buffers;
using System.Net;
using System.Net.Sockets;
using LogStore.Client;

namespace LogStore.Cli.Cluster.Local;

/// <summary>A whole cluster on one machine: brokers as processes on loopback, agreeing through an SQLite file.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    /// <summary>How long brokers may take to serve: a log that was not closed is read again first.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);

    /// <summary>How long they may take to find one another; then they serve all the same.</summary>
    private static readonly TimeSpan MeetingPatience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    /// <summary>The catalog that a broker without a cluster keeps.</summary>
    private const string CatalogFile = "topics.json";

    private static readonly SearchValues<char> ShellMarks = SearchValues.Create(" \t'\"$\\*?&;|<>()");

    private readonly LocalClusterOptions _options;
    private readonly List<BrokerProcess> _brokers = [];
    private Task _watches = Task.CompletedTask;
    private volatile bool _isStopping;

    private LocalCluster(LocalClusterOptions options) => _options = options;

    /// <summary>Starts the brokers, and returns when all of them serve.</summary>
    /// <exception cref="UserErrorException">A port is in use, the directory is another thing's, or a broker has not started.</exception>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        CheckDirectory(options);
        foreach (int id in options.Ids) CheckPort(options, id);
        Directory.CreateDirectory(options.Directory);
        LocalCluster cluster = new(options);
        try
        {
            foreach (int id in options.Ids) cluster._brokers.Add(BrokerProcess.Start(options, id));
            foreach (BrokerProcess broker in cluster._brokers) await cluster.WaitUntilReadyAsync(broker, cancellationToken);
            await cluster.MeetAsync(cancellationToken);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    /// <summary>Kills a broker, which is not started again.</summary>
    /// <returns>The number that its process had.</returns>
    public int Kill(int id)
    {
        BrokerProcess broker = _brokers.Find(each => each.Id == id) ??
            throw new UserErrorException($"broker {id} is none of this cluster");
        int process = broker.ProcessId;
        broker.Kill();
        return process;
    }

    /// <summary>Tells of each broker that ends by itself; returns when none is left, or at the token's cancellation.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        _watches = Task.WhenAll(_brokers.Select(WatchAsync));
        await _watches.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Stops one after another, so that each hands over what it leads; the last two together, for there is nobody left whose
    /// word would count.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        BrokerProcess[] running = [.. _brokers.Where(each => !each.Ended.IsCompleted)];
        int inTurn = Math.Max(0, running.Length - 2);
        foreach (BrokerProcess broker in running[..inTurn]) await StopAsync(broker);
        await Task.WhenAll(running[inTurn..].Select(StopAsync));
        await _watches;
        foreach (BrokerProcess broker in _brokers) broker.Dispose();
    }

    private async Task StopAsync(BrokerProcess broker)
    {
        if (!await broker.StopAsync(StopPatience))
        {
            await Console.Error.WriteLineAsync(
                $"broker {broker.Id}: did not stop within {StopPatience.TotalSeconds:0} s and was killed; " +
                $"its log is {_options.LogOf(broker.Id)}");
        }
    }

    private async Task WaitUntilReadyAsync(BrokerProcess broker, CancellationToken cancellationToken)
    {
        Task first = await Task.WhenAny(broker.Ready, broker.Ended, Task.Delay(StartPatience, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (first == broker.Ready) return;
        if (first != broker.Ended)
        {
            throw new UserErrorException(
                $"broker {broker.Id} does not serve after {StartPatience.TotalMinutes:0} minutes; see {_options.LogOf(broker.Id)}");
        }

        int exitCode = await broker.Ended;
        throw new UserErrorException(
            $"broker {broker.Id} did not start: {broker.LastError ?? $"it ended with {exitCode}, see {_options.LogOf(broker.Id)}"}",
            exitCode is > 0 and < 128 ? exitCode : ExitCode.Failure);
    }

    /// <summary>Waits until each broker knows of all, so that whoever reads "ready" can make topics with all replicas.</summary>
    private async Task MeetAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(MeetingPatience);
        try
        {
            await Task.WhenAll(_options.Ids.Select(id => KnowsAllAsync(id, patience.Token)));
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or ClientException && !cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(
                $"not all brokers have found one another yet; see {Path.Combine(_options.Directory, "broker-*.log")}");
        }
    }

    private async Task KnowsAllAsync(int id, CancellationToken cancellationToken)
    {
        await using AdminClient admin = new(ClientOptions.FromProperties(ClientProperties.From(
            [new("bootstrap.servers", _options.AddressOf(id)), new("client.id", "logstore-cluster-local")])));
        while (true)
        {
            ClusterDescription known = await admin.DescribeClusterAsync(cancellationToken);
            if (known.ControllerId >= 0 && _options.Ids.All(each => known.Brokers.Any(broker => broker.Id == each))) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }

    private async Task WatchAsync(BrokerProcess broker)
    {
        int exitCode = await broker.Ended;
        // One that ended just before it was to stop is told of all the same.
        if (_isStopping && (exitCode == ExitCode.Success || broker.WasKilled)) return;
        string how = exitCode > 128 ? $"was ended by signal {exitCode - 128}" : $"ended with exit code {exitCode}";
        string why = broker.LastError is { } error ? $": {error}" : "";
        string restart = string.Join(' ', _options.ArgumentsOf(broker.Id).Select(Quote));
        await Console.Error.WriteLineAsync(
            $"broker {broker.Id} (process {broker.ProcessId}) {how}{why}; to have it back: logstore {restart}");
    }

    private static string Quote(string argument) => argument.AsSpan().ContainsAny(ShellMarks)
        ? $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'"
        : argument;

    /// <summary>A single broker's directory is none of a cluster: its partitions would lie beside the brokers' directories.</summary>
    private static void CheckDirectory(LocalClusterOptions options)
    {
        if (File.Exists(options.Directory))
            throw new UserErrorException($"{options.Directory} is a file; --data takes a directory", ExitCode.Usage);
        if (File.Exists(Path.Combine(options.Directory, CatalogFile)))
        {
            throw new UserErrorException(
                $"{options.Directory} holds the topics of one broker; give --data another directory for the cluster", ExitCode.Usage);
        }
    }

    private static void CheckPort(LocalClusterOptions options, int id)
    {
        try
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, options.PortOf(id)));
            socket.Listen();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new UserErrorException(
                $"port {options.PortOf(id)}, for broker {id}, is in use; end what listens there, or give --port N: " +
                $"{options.Brokers} ports from there must be free", ExitCode.InUse);
        }
        catch (SocketException exception)
        {
            throw new UserErrorException($"broker {id} cannot listen on {options.AddressOf(id)}: {exception.Message}");
        }
    }
}
