using Spectre.Console;

namespace LogStore.Cli.Output;

/// <summary>A progress bar on standard error, for long work in front of a person. Kept apart, as its library is slow to load.</summary>
internal static class TerminalProgress
{
    /// <summary>Whether somebody would see it.</summary>
    public static bool IsVisible => !Console.IsErrorRedirected;

    /// <summary>Runs work that reports how many of <paramref name="totalBytes"/> it has done.</summary>
    public static Task RunAsync(string title, long totalBytes, Func<IProgress<long>, Task> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
                new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(totalBytes, 1));
                return work(new Reporter(task));
            });
    }

    /// <summary>The same for work that counts records.</summary>
    public static Task RunRecordsAsync(string title, long totalRecords, Func<IProgress<long>, Task> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(totalRecords, 1));
                return work(new Reporter(task));
            });
    }

    private sealed class Reporter(ProgressTask task) : IProgress<long>
    {
        public void Report(long value) => task.Value = value;
    }
}
