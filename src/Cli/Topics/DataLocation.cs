using LogStore.Cli.CommandLine;
using LogStore.Topics;

namespace LogStore.Cli.Topics;

/// <summary>Opens the data directory that the command line names, and says what to do where that fails.</summary>
internal static class DataLocation
{
    /// <summary>Opens a directory for changing it; this process owns it until it is disposed.</summary>
    /// <param name="path">The directory, as the user named it.</param>
    /// <param name="create">Whether a missing one is made; else that is an error.</param>
    public static async Task<DataDirectory> OpenAsync(string path, bool create)
    {
        if (!create) RequireExisting(path);
        try
        {
            return await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = path });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, exception);
        }
    }

    /// <summary>Looks at a directory without taking it from whoever owns it.</summary>
    public static ReadOnlyDataDirectory OpenReadOnly(string path)
    {
        RequireExisting(path);
        return new ReadOnlyDataDirectory(path);
    }

    private static void RequireExisting(string path)
    {
        if (Directory.Exists(path)) return;
        string problem = File.Exists(path) ? "is a file, not a data directory" : "is not there";
        throw new UserErrorException(
            $"'{path}' {problem}; name the data directory with --data DIR or {CommonOptions.DataVariable}, " +
            "or begin one with: logstore topic create NAME --partitions N", ExitCode.NotFound);
    }

    private static UserErrorException Unusable(string path, Exception cause) => new(
        $"cannot use '{path}' as data directory: {cause.Message.TrimEnd('.')}; " +
        $"name another with --data DIR or {CommonOptions.DataVariable}");
}
