using System.Diagnostics.CodeAnalysis;
using LogStore.Cli.Output;
using LogStore.Client;
using LogStore.KafkaProtocol;
using LogStore.Replicator.Rdma.Verbs;
using LogStore.Sinks.Sqlite;

namespace LogStore.Cli.CommandLine;

/// <summary>The one place that decides what a user reads, and which exit code a script sees, when a command fails.</summary>
internal static class ErrorReport
{
    /// <summary>Explains an error in one line; an empty line says that there is nothing to say.</summary>
    /// <returns>False for what can only be a mistake in this program: that deserves its stack trace.</returns>
    public static bool TryExplain(Exception exception, [NotNullWhen(true)] out string? message, out int exitCode)
    {
        (message, exitCode) = exception switch
        {
            ClosedOutputException => ("", ExitCode.Success),
            UserErrorException error => (error.Message, error.ExitCode),
            // The same words wherever topics are kept.
            UnknownTopicException error => (new UnknownTopicOrPartitionException(error.Topic).Message, ExitCode.NotFound),
            LogStoreException error => (error.Message, CodeOf(error)),
            DirectoryNotFoundException or FileNotFoundException => (exception.Message, ExitCode.NotFound),
            IOException or UnauthorizedAccessException => (exception.Message, ExitCode.Failure),
            _ => (null, ExitCode.Failure),
        };
        if (message is null) return false;
        message = OneLine(message);
        return true;
    }

    /// <summary>The exit code for an error of the library.</summary>
    public static int CodeOf(LogStoreException exception) => exception switch
    {
        UnknownTopicOrPartitionException or OffsetOutOfRangeException or VerbsLibraryNotFoundException => ExitCode.NotFound,
        DirectoryInUseException => ExitCode.InUse,
        CorruptLogException or InvalidRecordBatchException => ExitCode.Damaged,
        InvalidConfigException or InvalidTopicException or TopicExistsException or RecordTooLargeException =>
            ExitCode.Usage,
        LogDivergedException => ExitCode.Damaged,
        SinkFencedException => ExitCode.InUse,
        UnusableRecordException => ExitCode.Usage,
        ClientException error => CodeOf(error.ErrorCode),
        _ => ExitCode.Failure,
    };

    private static int CodeOf(ErrorCode code) => code switch
    {
        ErrorCode.UnknownTopicOrPartition or ErrorCode.OffsetOutOfRange or ErrorCode.GroupIdNotFound => ExitCode.NotFound,
        ErrorCode.NonEmptyGroup or ErrorCode.UnknownMemberId => ExitCode.InUse,
        ErrorCode.CorruptMessage => ExitCode.Damaged,
        ErrorCode.TopicAlreadyExists or ErrorCode.InvalidTopic or ErrorCode.InvalidConfig or
            ErrorCode.InvalidPartitions or ErrorCode.InvalidReplicationFactor or ErrorCode.InvalidRequest or
            ErrorCode.InvalidGroupId or ErrorCode.PolicyViolation or ErrorCode.MessageTooLarge or ErrorCode.InvalidRecord =>
            ExitCode.Usage,
        _ => ExitCode.Failure,
    };

    /// <summary>The text without line breaks and other control characters, which input may have brought into it.</summary>
    public static string OneLine(string text) => string.Create(text.Length, text, static (line, source) =>
    {
        for (int index = 0; index < line.Length; index++)
            line[index] = char.IsControl(source[index]) ? ' ' : source[index];
    });
}
