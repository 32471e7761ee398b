using System.Globalization;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clients;

/// <summary>
/// A load on one stream of Redis: adds entries in windows, each of which ends with a WAIT for the replicas, and two of which are
/// under way, so that the server has something to read when a WAIT is over.
/// </summary>
/// <param name="port">The master's.</param>
/// <param name="replicas">How many replicas must have an entry.</param>
internal sealed class RedisClient(int port, int replicas)
{
    /// <summary>The entries between two WAITs.</summary>
    private const int Window = 1000;

    private const string PatienceMs = "30000";

    private byte[] Wait { get; } = RedisConnection.Command("WAIT", replicas.ToString(CultureInfo.InvariantCulture), PatienceMs);

    public bool AreReplicasUp()
    {
        using RedisConnection connection = new(port);
        connection.Send(RedisConnection.Command("INFO", "replication"));
        return connection.ReadText().Split("state=online").Length - 1 == replicas;
    }

    public void Delete(string stream)
    {
        using RedisConnection connection = new(port);
        connection.Send(RedisConnection.Command("DEL", stream));
        connection.ReadNumber();
    }

    /// <summary>Adds entries until the time is used up and all have their replicas.</summary>
    public Load Publish(string stream, int bytes, TimeSpan duration)
    {
        using RedisConnection connection = new(port);
        byte[] add = Add(stream, bytes);
        byte[] window = [.. Enumerable.Repeat(add, Window).SelectMany(each => each), .. Wait];
        connection.Send([.. add, .. Wait]); // Unmeasured: connecting is not what is measured.
        ReadAnswers(connection, 1);
        LoadMeter meter = new();
        long sent = Window;
        connection.Send(window);
        while (meter.Elapsed < duration)
        {
            connection.Send(window);
            sent += Window;
            ReadAnswers(connection, Window);
        }

        ReadAnswers(connection, Window);
        return meter.Finish(sent, bytes);
    }

    public Load Lone(string stream, int bytes, TimeSpan duration)
    {
        using RedisConnection connection = new(port);
        byte[] both = [.. Add(stream, bytes), .. Wait];
        return LoadMeter.Lone(
            () =>
            {
                connection.Send(both);
                ReadAnswers(connection, 1);
            },
            bytes, duration);
    }

    private static byte[] Add(string stream, int bytes) =>
        RedisConnection.Command("XADD", stream, "*", "v", new string('x', bytes));

    private void ReadAnswers(RedisConnection connection, int entries)
    {
        for (; entries > 0; entries--) connection.ReadNumber();
        long reached = connection.ReadNumber();
        if (reached < replicas) throw new ServerFailedException($"Redis: {reached} of {replicas} replicas have what was added");
    }
}
