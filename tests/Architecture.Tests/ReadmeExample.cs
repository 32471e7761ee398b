using System.Text;
using LogStore.Records;
using Xunit;

namespace LogStore.Architecture.Tests;

/// <summary>The C# of README.md, compiled and run. README's code must be found here: see <see cref="ReadmeTests"/>.</summary>
public sealed class ReadmeExample
{
    [Fact]
    public async Task WhatIsAppendedIsRead()
    {
        string current = Directory.GetCurrentDirectory();
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("logstore-readme-");
        Directory.SetCurrentDirectory(temporary.FullName);
        TextWriter console = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            await RunAsync();
        }
        finally
        {
            Console.SetOut(console);
            Directory.SetCurrentDirectory(current);
            temporary.Delete(recursive: true);
        }

        Assert.Equal("0: hello" + Environment.NewLine, output.ToString());
    }

    private static async Task RunAsync()
    {
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = "data/orders-0" });

        using RecordBatchBuilder builder = new();
        builder.TryAppend(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), key: "k"u8, value: "hello"u8);
        AppendResult result = await log.AppendAsync(builder.Build(), AckWhen.Flushed);

        await foreach (RecordBatch batch in log.ReadAsync(result.BaseOffset))
            foreach (RecordView record in batch)
                Console.WriteLine($"{record.Offset}: {Encoding.UTF8.GetString(record.Value)}");
    }
}
