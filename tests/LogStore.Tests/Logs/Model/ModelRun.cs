using LogStore.Records;
using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs.Model;

/// <summary>One random life of a log beside its model: after every step the two must agree.</summary>
internal sealed class ModelRun(Random random, string parent) : IAsyncDisposable
{
    private const int Producers = 3;

    private readonly LogModel _model = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly LogConfig _config = LogConfig.Default with
    {
        SegmentBytes = random.Next(4096, 16 * 1024),
        SegmentMs = random.Next(2) == 0 ? 60_000 : long.MaxValue,
        SegmentIndexBytes = random.Next(2) == 0 ? 64 : 4096,
        IndexIntervalBytes = random.Next(64, 1024),
        FlushMessages = random.Next(2) == 0 ? random.Next(1, 20) : long.MaxValue,
        Preallocate = random.Next(2) == 0,
        RetentionMs = -1,
    };

    private readonly List<string> _steps = [];
    private RecordingStorage _storage = null!;
    private Log _log = null!;
    private int _lives;
    private int _values;
    private bool _unwaited;

    /// <summary>What has been done, for whoever must understand a failure.</summary>
    public IEnumerable<string> Steps => _steps;

    /// <summary>The most segments that the log has had, by which one sees that the run was worth its time.</summary>
    public int MostSegments { get; private set; }

    public async Task RunAsync(int steps)
    {
        await OpenAsync(Path.Combine(parent, "0"));
        for (int step = 0; step < steps; step++)
        {
            await StepAsync(random.Next(100));
            MostSegments = Math.Max(MostSegments, _log.SegmentCount);
            if (_unwaited) continue;
            Assert.Equal((_model.Start, _model.End), (_log.LogStartOffset, _log.LogEndOffset));
        }

        await ReopenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_log is not null) await _log.DisposeAsync();
    }

    private Task StepAsync(int choice)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(random.Next(5000)));
        return choice switch
        {
            < 30 => AppendAsync(producer: null),
            < 60 => AppendAsync(NextOfProducer()),
            < 70 => AppendAsync(AnyOfProducer()),
            < 76 => SettledAsync(ReadAsync),
            < 82 => SettledAsync(FindByTimeAsync),
            < 84 => SettledAsync(CompareEpochsAsync),
            < 87 => SettledAsync(TruncateAsync),
            < 90 => SettledAsync(DeleteAsync),
            < 92 => SettledAsync(RetainAsync),
            < 94 => SettledAsync(() => Task.CompletedTask),
            < 95 => SettledAsync(BeginEpochAsync),
            < 97 => SettledAsync(ReopenAsync),
            < 99 => SettledAsync(CrashAsync),
            _ => SettledAsync(LosePowerAsync),
        };
    }

    private async Task SettledAsync(Func<Task> step)
    {
        await _log.FlushAsync();
        _unwaited = false;
        await step();
    }

    private async Task AppendAsync((long Id, short Epoch, int Sequence)? producer)
    {
        string[] values = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{_values++}{new string('.', random.Next(200))}")];
        long timestamp = _clock.NowMs - random.Next(10_000);
        AckWhen ack = (AckWhen)random.Next(3);
        _steps.Add($"append {values.Length} {producer} {ack}");
        (AppendResult expected, Type? error) = _model.Append(values, timestamp, _log.LeaderEpoch, producer);
        RecordBatch batch = Batches.Build(producer, timestamp, values);
        Exception? thrown = await Record.ExceptionAsync(async () =>
        {
            AppendResult result = random.Next(2) == 0 ? _log.Append(batch, ack) : await _log.AppendAsync(batch, ack);
            Assert.Equal(expected, result);
        });
        if (thrown is not null && thrown.GetType() != error) throw new InvalidOperationException(thrown.Message, thrown);
        Assert.Equal(error, thrown?.GetType());
        _unwaited |= ack == AckWhen.None;
    }

    private (long Id, short Epoch, int Sequence) NextOfProducer()
    {
        long id = random.Next(Producers);
        ModelBatch[] known = _model.Known(id);
        return known.Length == 0
            ? (id, (short)0, 0)
            : (id, known[^1].Producer!.Value.Epoch, LogModel.NextSequence(known[^1]));
    }

    /// <summary>A batch sent again, one too early, an older or a newer epoch: anything but in order.</summary>
    private (long Id, short Epoch, int Sequence) AnyOfProducer()
    {
        (long id, short epoch, int next) = NextOfProducer();
        ModelBatch[] known = _model.Known(id);
        return random.Next(6) switch
        {
            0 => (id, epoch, next + random.Next(1, 3)),
            1 => (id, (short)(epoch + 1), 0),
            2 => (id, (short)(epoch + 1), 1),
            3 when epoch > 0 => (id, (short)(epoch - 1), 0),
            4 => (Producers, 0, random.Next(1, 10)),
            _ when known.Length > 0 => known[^random.Next(1, Math.Min(known.Length, 7) + 1)].Producer!.Value,
            _ => (id, epoch, next),
        };
    }

    private async Task ReadAsync()
    {
        long offset = random.NextInt64(_model.Start - 2, _model.End + 3);
        _steps.Add($"read {offset}");
        if (offset < _model.Start || offset > _model.End)
        {
            await Assert.ThrowsAsync<OffsetOutOfRangeException>(() => _log.ReadAsync(offset).ToRecordsAsync());
            return;
        }

        int count = random.Next(1, 100);
        Assert.Equal(
            _model.Records.Where(record => record.Offset >= offset).Take(count),
            await _log.ReadAsync(offset).ToRecordsAsync(offset, count));
    }

    private Task FindByTimeAsync()
    {
        long time = _clock.NowMs - random.Next(300_000);
        _steps.Add($"find {time}");
        Assert.Equal(_model.FindOffset(time), _log.FindOffset(DateTimeOffset.FromUnixTimeMilliseconds(time)));
        return Task.CompletedTask;
    }

    private Task CompareEpochsAsync()
    {
        if (!_model.Retained.Any()) return Task.CompletedTask;
        int epoch = _model.Retained.First().LeaderEpoch + random.Next(4);
        _steps.Add($"epoch {epoch}");
        Assert.Equal(_model.EndOffsetForEpoch(epoch), _log.EndOffsetForEpoch(epoch));
        return Task.CompletedTask;
    }

    private Task BeginEpochAsync()
    {
        _log.BeginLeaderEpoch(_log.LeaderEpoch + random.Next(3));
        return Task.CompletedTask;
    }

    private async Task TruncateAsync()
    {
        long offset = Math.Max(_model.Start, _model.End - random.Next(100));
        _steps.Add($"truncate {offset}");
        if (offset < _model.End) _model.Truncate(offset);
        Assert.Equal(_model.End, await _log.TruncateToAsync(offset));
    }

    private async Task DeleteAsync()
    {
        long offset = Math.Min(_model.End, _model.Start + random.Next(-5, 100));
        _steps.Add($"delete {offset}");
        _model.Start = Math.Max(_model.Start, offset);
        Assert.Equal(_model.Start, await _log.DeleteRecordsAsync(offset));
    }

    private async Task RetainAsync()
    {
        bool byTime = random.Next(2) == 0;
        long limit = byTime ? random.Next(600_000) : random.Next(32 * 1024);
        _steps.Add($"retain {limit} {(byTime ? "ms" : "bytes")}");
        _log.UpdateConfig(byTime ? _config with { RetentionMs = limit } : _config with { RetentionBytes = limit });
        await _log.ApplyRetentionAsync();
        _log.UpdateConfig(_config);

        // Segments are not the model's business; which batches may go, and must not stay, is.
        long start = _log.LogStartOffset;
        ModelBatch[] gone = [.. _model.Retained.Where(batch => batch.NextOffset <= start)];
        if (byTime)
        {
            long oldest = _clock.NowMs - limit;
            Assert.All(gone, batch => Assert.True(batch.Timestamp < oldest));
            if (_model.Retained.All(batch => batch.Timestamp < oldest)) Assert.Equal(_model.End, start);
        }
        else if (gone.Length > 0)
        {
            Assert.InRange(_log.SizeInBytes, limit, long.MaxValue);
        }

        Assert.True(start == _model.Start || start == _model.End || _model.Retained.Any(batch => batch.BaseOffset == start));
        _model.Start = start;
    }

    private async Task ReopenAsync()
    {
        _steps.Add("reopen");
        await _log.DisposeAsync();
        await OpenAsync(_log.Directory);
    }

    private async Task CrashAsync()
    {
        _steps.Add("crash");
        await OpenImageAsync(_storage.AfterKill());
    }

    private async Task LosePowerAsync()
    {
        _steps.Add("lose power");
        await OpenImageAsync(_storage.AfterPowerLoss());
    }

    private async Task OpenImageAsync(CrashImage image)
    {
        string directory = Path.Combine(parent, $"{++_lives}");
        image.WriteTo(directory);
        await _log.DisposeAsync();
        Directory.Delete(_log.Directory, recursive: true);
        await OpenAsync(directory);
    }

    private async Task OpenAsync(string directory)
    {
        _storage = new RecordingStorage(directory);
        _log = await Log.OpenAsync(new LogOptions
        {
            Directory = directory,
            Config = _config,
            TimeProvider = _clock,
            Storage = _storage,
            ProducerIdExpiration = TimeSpan.FromDays(10_000),
            RetentionCheckInterval = TimeSpan.FromDays(40),
        });
        Assert.Equal(_model.Records, await _log.ReadAllAsync());
    }
}
