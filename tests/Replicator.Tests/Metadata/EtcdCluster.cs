using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using LogStore.Replicator.Metadata.Etcd;
using Xunit;

namespace LogStore.Replicator.Tests.Metadata;

/// <summary>An etcd cluster of one or three members.</summary>
public class EtcdCluster : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new(inMemory: true);
    private readonly HttpClient _client = new();

    protected EtcdCluster(int members)
    {
        (int Client, int Peer)[] ports = [.. Enumerable.Range(0, members).Select(_ => (FreePort(), FreePort()))];
        string cluster = string.Join(',', ports.Select((port, i) => $"m{i}=http://127.0.0.1:{port.Peer}"));
        Members =
        [
            .. ports.Select((port, i) => new EtcdMember($"m{i}", _directory[$"m{i}"], port.Client, port.Peer, cluster)),
        ];
    }

    internal EtcdMember[] Members { get; }

    /// <summary>For a store of its own within the cluster.</summary>
    internal EtcdMetadataOptions NewOptions() => new()
    {
        Endpoints = [.. Members.Select(member => member.Endpoint)],
        KeyPrefix = $"/{Guid.NewGuid():N}/",
        CallTimeout = TimeSpan.FromSeconds(10),
    };

    public async ValueTask InitializeAsync()
    {
        foreach (EtcdMember member in Members) member.Start();
        // A call waits until the cluster answers.
        await using EtcdMetadataStore store = new(NewOptions() with { CallTimeout = TimeSpan.FromSeconds(30) });
        await store.GetAsync("ready");
    }

    public ValueTask DisposeAsync()
    {
        foreach (EtcdMember member in Members) member.Dispose();
        _directory.Dispose();
        _client.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    internal static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The member that leads now.</summary>
    internal async Task<EtcdMember> LeaderAsync()
    {
        foreach (EtcdMember member in Members)
        {
            JsonElement status = await CallAsync(member, "maintenance/status", "{}");
            string? self = status.GetProperty("header").GetProperty("member_id").GetString();
            if (status.TryGetProperty("leader", out JsonElement leader) && leader.GetString() == self) return member;
        }

        throw new InvalidOperationException("No member leads.");
    }

    /// <summary>Forgets all changes before a revision.</summary>
    internal Task CompactAsync(long revision) => CallAsync(
        Members[0], "kv/compaction", string.Create(CultureInfo.InvariantCulture, $$"""{"revision":"{{revision}}"}"""));

    private async Task<JsonElement> CallAsync(EtcdMember member, string path, string body)
    {
        using StringContent content = new(body);
        using HttpResponseMessage response = await _client.PostAsync(new Uri(member.Endpoint, "/v3/" + path), content);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}

public sealed class SingleEtcd() : EtcdCluster(members: 1);

public sealed class ThreeEtcds() : EtcdCluster(members: 3);
