using System.Text;
using LogStore.Records;
using Xunit;

namespace LogStore.Tests.Logs;

public sealed class AppendAndReadTests
{
    [Fact]
    public async Task WhatWasAppendedIsReadBackAfterReopening()
    {
        using TemporaryDirectory directory = new();
        LogOptions options = new() { Directory = directory.Path };
        await using (Log log = await Log.OpenAsync(options))
        {
            using RecordBatchBuilder builder = new();
            for (int index = 0; index < 100; index++)
            {
                builder.Reset();
                Assert.True(builder.TryAppend(index, "key"u8, Encoding.UTF8.GetBytes($"value {index}")));
                AckWhen ack = (AckWhen)(index % 3);
                AppendResult result = index % 2 == 0
                    ? await log.AppendAsync(builder.Build(), ack)
                    : log.Append(builder.Build(), ack);
                Assert.Equal(index, result.BaseOffset);
            }

            await log.FlushAsync(); // Not all of them were waited for.
            Assert.Equal(100, await CountAsync(log));
        }

        await using Log reopened = await Log.OpenAsync(options);
        Assert.Equal(100, reopened.LogEndOffset);
        Assert.Equal(100, await CountAsync(reopened));
    }

    private static async Task<int> CountAsync(Log log)
    {
        int count = 0;
        await foreach (RecordBatch batch in log.ReadAsync(log.LogStartOffset))
        {
            foreach (RecordView record in batch)
                Assert.Equal($"value {count++}", Encoding.UTF8.GetString(record.Value.Span));
        }

        return count;
    }
}
