using LogStore.KafkaProtocol.Fetch;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Support;

/// <summary>Produces a record and fetches it, again and again, while others misbehave. Any trouble fails the test.</summary>
internal sealed class HealthyClient(TestBroker broker, string topic)
{
    private readonly List<TaskCompletionSource> _waiting = [];
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private volatile bool _isEnough;

    public int Rounds { get; private set; }

    public async Task StartAsync()
    {
        ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync(topic);
        _running = RunAsync(client);
    }

    /// <summary>Completes when the next round does, or fails as the client does.</summary>
    public async Task NextRoundAsync()
    {
        TaskCompletionSource round = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _waiting.Add(round);
        if (await Task.WhenAny(round.Task, _running) == _running) await _running;
    }

    public async Task StopAsync()
    {
        _isEnough = true;
        await _running;
    }

    private async Task RunAsync(ProtocolClient client)
    {
        await using ProtocolClient owned = client;
        while (!_isEnough)
        {
            RecordBatch batch = Batches.Of($"round {Rounds}");
            Assert.Equal(Rounds, await client.ProduceAsync(topic, 0, batch));
            FetchResponse.Partition result =
                (await client.SendAsync(Talk.Fetch(topic, (0, Rounds)), Talk.FetchVersion)).Only();
            Assert.Equal([$"round {Rounds}"], result.Values());
            Rounds++;
            lock (_gate)
            {
                foreach (TaskCompletionSource each in _waiting) each.SetResult();
                _waiting.Clear();
            }
        }
    }
}
