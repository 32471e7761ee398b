using System.Diagnostics.CodeAnalysis;
using LogStore.Cli.Output;

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
        UnknownTopicOrPartitionException or OffsetOutOfRangeException => ExitCode.NotFound,
        DirectoryInUseException => ExitCode.InUse,
        CorruptLogException or InvalidRecordBatchException => ExitCode.Damaged,
        InvalidConfigException or InvalidTopicException or TopicExistsException or RecordTooLargeException =>
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
