using LogStore.Records;
using LogStore.Recovery;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Compaction;

/// <summary>
/// Random lives of a compacted log beside a model of it: appends, compactions, deletions, truncations, reopening, after a
/// clean close or without one.
/// </summary>
public sealed class CompactionModelTests
{
    [Fact]
    public Task TheLatestRecordOfEachKeyIsKeptAtItsOffset() => Seeds.ForEachAsync(40, async random =>
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Life life = await Life.BeginAsync(directory.Path, random);
        for (int step = 0; step < 120; step++) await life.StepAsync();
        await life.CheckAsync();
        Assert.True(life.Compactions > 0, "nothing was ever compacted");
    });

    private sealed class Life(Random random, LogOptions options, ManualTimeProvider clock) : IAsyncDisposable
    {
        private readonly CompactedModel _model = new();
        private readonly Dictionary<long, List<(int Sequence, (string, string?)[] Records, AppendResult Result)>> _sent = [];
        private readonly int _keys = random.Next(1, 60);
        private Log _log = null!;
        private int _value;
        private long _producers;

        public int Compactions { get; private set; }

        public static async Task<Life> BeginAsync(string directory, Random random)
        {
            ManualTimeProvider clock = new();
            LogOptions options = new()
            {
                Directory = directory,
                TimeProvider = clock,
                RetentionCheckInterval = TimeSpan.FromDays(40),
                ProducerIdExpiration = TimeSpan.FromDays(40),
                CompactionMapBytes = random.Next(2) == 0 ? 1024 : 1024 * 1024,
                Config = LogConfig.Default with
                {
                    CleanupPolicy = CleanupPolicy.Compact,
                    MinCleanableDirtyRatio = 0,
                    DeleteRetentionMs = 10_000,
                    SegmentBytes = random.Next(4096, 8192),
                    IndexIntervalBytes = random.Next(64, 1024),
                },
            };
            Life life = new(random, options, clock);
            life._log = await Log.OpenAsync(options);
            return life;
        }

        public async Task StepAsync()
        {
            switch (random.Next(20))
            {
                case 0 or 1 or 2: await CompactAsync(); break;
                case 3: await ReopenAsync(); break;
                case 4: clock.Advance(TimeSpan.FromSeconds(random.Next(20))); break;
                case 5: SendAgain(); break;
                case 6: await ReadFromAnywhereAsync(); break;
                case 7 when random.Next(6) == 0: await TruncateAsync(); break;
                case 8 when random.Next(4) == 0: await DeleteAsync(); break;
                default: await AppendAsync(); break;
            }
        }

        public async Task CheckAsync()
        {
            _model.Check(await _log.ReadKeyedAsync());
            await using ReadOnlyLog other = await ReadOnlyLog.OpenAsync(options.Directory);
            _model.Check(await other.ReadKeyedAsync());
            Assert.All(LogVerifier.Verify(options.Directory), segment => Assert.Null(segment.Damage));
            foreach (string file in Directory.EnumerateFiles(options.Directory))
                Assert.DoesNotContain(Path.GetExtension(file), new[] { ".cleaned", ".swap" });
        }

        public ValueTask DisposeAsync() => _log.DisposeAsync();

        private async Task AppendAsync()
        {
            for (int batch = random.Next(1, 8); batch > 0; batch--)
            {
                (string, string?)[] records = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Record())];
                long producer = random.Next(4);
                if (producer > 0) producer += _producers;
                CompressionType compression = random.Next(3) == 0 ? CompressionType.Gzip : CompressionType.None;
                long now = clock.NowMs;
                if (producer == 0)
                {
                    _log.Append(KeyedRecords.Batch(now, null, records, compression));
                }
                else
                {
                    if (!_sent.TryGetValue(producer, out var sent)) _sent.Add(producer, sent = []);
                    int sequence = sent.Count == 0 ? 0 : sent[^1].Sequence + sent[^1].Records.Length;
                    AppendResult result = _log.Append(KeyedRecords.Batch(now, (producer, sequence), records, compression));
                    Assert.Equal(_model.End, result.BaseOffset);
                    sent.Add((sequence, records, result));
                }

                _model.Append(now, records);
            }

            await Task.CompletedTask;
        }

        private (string, string?) Record() =>
            ($"key {random.Next(_keys)}", random.Next(5) == 0 ? null : $"value {_value++} {new string('x', random.Next(80))}");

        private async Task CompactAsync()
        {
            LogCompaction? done = await _log.CompactAsync();
            if (done is not null)
            {
                Compactions++;
                Assert.True(done.CompactedTo > done.DirtyFrom);
                // A log that has lost its checkpoint begins again, and finds what is done already.
                _model.CompactedTo = Math.Max(_model.CompactedTo, done.CompactedTo);
            }

            await CheckAsync();
        }

        private async Task ReopenAsync()
        {
            await _log.DisposeAsync();
            // Without the mark of the clean close everything is found out from the batches.
            if (random.Next(2) == 0) File.Delete(Path.Combine(options.Directory, "log-checkpoint"));
            if (random.Next(2) == 0) DeleteDerived();
            long start = _log.LogStartOffset;
            _log = await Log.OpenAsync(options);
            if (_log.LogStartOffset < start) await _log.DeleteRecordsAsync(start);
            Assert.Equal(_model.End, _log.LogEndOffset);
            await CheckAsync();
            SendAgain();
        }

        /// <summary>
        /// The snapshot at the log's first segment stays: nothing else tells of the producers' batches that were deleted with the
        /// segments before it.
        /// </summary>
        private void DeleteDerived()
        {
            string[] paths = Directory.GetFiles(options.Directory);
            string kept = Path.ChangeExtension(paths.Where(path => Path.GetExtension(path) == ".log").Min()!, ".snapshot");
            foreach (string path in paths)
            {
                if (path != kept && Path.GetExtension(path) is ".index" or ".timeindex" or ".snapshot") File.Delete(path);
            }
        }

        private void SendAgain()
        {
            foreach ((long producer, var sent) in _sent)
            {
                // What the log remembers of a producer are its last five batches.
                foreach ((int sequence, (string, string?)[] records, AppendResult result) in sent.TakeLast(5))
                {
                    AppendResult again = _log.Append(KeyedRecords.Batch(clock.NowMs, (producer, sequence), records));
                    Assert.Equal(result with { IsDuplicate = true }, again);
                }
            }
        }

        private async Task ReadFromAnywhereAsync()
        {
            List<KeyedRecord> all = await _log.ReadKeyedAsync();
            long from = random.NextInt64(_log.LogStartOffset, _log.LogEndOffset + 1);
            if (from < _log.LogEndOffset)
                Assert.Equal(all.Where(record => record.Offset >= from), await _log.ReadAsync(from).ToKeyedAsync(from));
            long time = random.Next(3) == 0 ? clock.NowMs - random.Next(30_000) : all.Count == 0 ? 0 : all[random.Next(all.Count)].Timestamp;
            long? expected = all.Where(record => record.Timestamp >= time).Select(record => (long?)record.Offset).FirstOrDefault();
            Assert.Equal(expected, _log.FindOffset(DateTimeOffset.FromUnixTimeMilliseconds(time)));
        }

        /// <summary>Above what was compacted: below it the state of producers is not known batch for batch.</summary>
        private async Task TruncateAsync()
        {
            long end = await _log.TruncateToAsync(random.NextInt64(Math.Max(_model.CompactedTo, _model.Start), _model.End + 1));
            _model.Truncate(end);
            foreach (var sent in _sent.Values) sent.RemoveAll(batch => batch.Result.LastOffset >= end);
            // The window of five is filled again from what is left, which compaction may have thinned out: start anew.
            _sent.Clear();
            _producers += 4;
            await CheckAsync();
        }

        private async Task DeleteAsync()
        {
            long start = random.NextInt64(_model.Start, _model.End + 1);
            await _log.DeleteRecordsAsync(start);
            _model.Start = Math.Max(_model.Start, start);
            await CheckAsync();
        }
    }
}
