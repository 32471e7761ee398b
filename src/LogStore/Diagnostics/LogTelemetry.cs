using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LogStore.Diagnostics;

/// <summary>The instruments of all logs in the process. Names are public contract.</summary>
public static class LogTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "LogStore";

    private static readonly Meter Meter = new(Name);

    internal static readonly ActivitySource Activities = new(Name);

    internal static readonly Counter<long> AppendedRecords =
        Meter.CreateCounter<long>("logstore.append.records", "{record}", "Records appended.");

    internal static readonly Counter<long> AppendedBytes =
        Meter.CreateCounter<long>("logstore.append.bytes", "By", "Bytes of record batches appended.");

    internal static readonly Counter<long> DuplicateBatches =
        Meter.CreateCounter<long>("logstore.append.duplicates", "{batch}", "Batches recognised as sent again.");

    internal static readonly Counter<long> RejectedBatches =
        Meter.CreateCounter<long>("logstore.append.rejected", "{batch}", "Batches lost to a failed write.");

    internal static readonly Histogram<double> FlushDuration =
        Meter.CreateHistogram<double>("logstore.flush.duration", "s", "Time of one group commit's fdatasync.");

    internal static readonly Histogram<long> FlushGroup =
        Meter.CreateHistogram<long>("logstore.flush.group", "{append}", "Appends that one flush completed.");
}
