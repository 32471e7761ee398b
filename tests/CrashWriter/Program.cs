using System.Globalization;
using System.Text;
using CrashWriter;
using LogStore;
using LogStore.Records;

// Appends until it is killed: CrashWriter DIRECTORY FIRST_NUMBER...
// Writer 0 is an idempotent producer and begins with its number, which may be in the log already; the others go on behind
// theirs, which nobody has used. `CrashWriter hold DIRECTORY` opens the log and waits for the end of its input.
if (args[0] == "hold")
{
    await using Log held = await Log.OpenAsync(new LogOptions { Directory = args[1] });
    Console.WriteLine("open");
    await Console.In.ReadToEndAsync();
    return;
}

using Acks acks = new();
await using Log log = await Log.OpenAsync(new LogOptions
{
    Directory = args[0],
    Config = LogConfig.Default with { SegmentBytes = 256 * 1024, IndexIntervalBytes = 1024, RetentionMs = -1 },
});
Thread[] writers = [.. args.Skip(1).Select((text, writer) => new Thread(() =>
    Write(writer, int.Parse(text, CultureInfo.InvariantCulture))))];
foreach (Thread writer in writers) writer.Start();
foreach (Thread writer in writers) writer.Join();

void Write(int writer, int number)
{
    using RecordBatchBuilder builder = new();
    for (; ; number++)
    {
        builder.Reset();
        builder.TryAppend(number, default, Encoding.ASCII.GetBytes($"{writer} {number} {new string('.', number % 300)}"));
        if (writer == 0) builder.SetProducer(1, 0, number);
        // An odd writer waits for the page cache, an even one for the device.
        AppendResult result = log.Append(builder.Build(), writer % 2 == 0 ? AckWhen.Flushed : AckWhen.Appended);
        acks.Write(writer, number, result.BaseOffset);
    }
}
