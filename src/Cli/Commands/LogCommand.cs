using System.CommandLine;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Inspection;
using LogStore.Cli.Output;
using LogStore.Cli.Topics;
using LogStore.Topics;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore log</c>: dump, verify, repair.</summary>
internal static class LogCommand
{
    public static Command Create()
    {
        CliCommand command = new("log", "Look into the files of a log, check them, repair them");
        command.Subcommands.Add(CreateDump());
        command.Subcommands.Add(CreateVerify());
        command.Subcommands.Add(CreateRepair());
        return command;
    }

    private static CliCommand CreateDump()
    {
        CliCommand command = new("dump", "Print a .log, .index, .timeindex or .snapshot file, with Kafka's field names")
        {
            Examples = "logstore log dump logstore-data/words-0/00000000000000000000.log --records",
        };
        Argument<string> file = new("FILE") { Description = "The file" };
        Option<bool> records = new("--records") { Description = "Print each record too" };
        command.Arguments.Add(file);
        command.Options.Add(records);
        command.SetAction(parsed =>
        {
            StandardOutput output = new();
            CorruptLogException? damage;
            try
            {
                damage = new FileDump(output).Print(parsed.GetRequiredValue(file), parsed.GetValue(records));
            }
            finally
            {
                output.Flush(); // What was read before an error is worth seeing.
            }

            if (damage is not null) throw damage;
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateVerify()
    {
        CliCommand command = new("verify", "Read every byte of all topics, or of one, and check it; exit code 5 on damage")
        {
            Examples = "logstore log verify\nlogstore log verify --topic words",
        };
        Option<string?> topic = new("--topic") { Description = "Verify this topic only", HelpName = "T" };
        command.Options.Add(topic);
        command.SetAction(parsed => Interruption.RunAsync(interruption => Task.Run(() =>
        {
            ReadOnlyDataDirectory directory = DataLocation.OpenReadOnly(CommonOptions.DataDirectory(parsed));
            IReadOnlyList<Topic> topics =
                parsed.GetValue(topic) is { } only ? [directory.GetTopic(only)] : directory.ReadTopics();
            List<(string Topic, int Partition, CorruptLogException Damage)> damages =
                Verification.Run(directory, topics, interruption.Token);
            foreach ((string name, int partition, CorruptLogException damage) in damages)
            {
                Console.Error.WriteLine($"logstore: {ErrorReport.OneLine(damage.Message)} " +
                    $"See: logstore log repair --topic {name} --partition {partition}");
            }

            return damages.Count == 0 ? ExitCode.Success : ExitCode.Damaged;
        })));
        return command;
    }

    private static CliCommand CreateRepair()
    {
        CliCommand command = new("repair", "Cut a damaged partition at its first damage; without --yes only say what that does")
        {
            Notes = "What is cut out is kept in files named *.cut in the partition's directory. Nobody else may have the data\n" +
                "directory open. A write that a crash cut short needs no repair: opening the log deals with it.",
            Examples = "logstore log repair --topic words --partition 0\nlogstore log repair --topic words --partition 0 --yes",
        };
        Option<string> topic = new("--topic") { Description = "The topic", HelpName = "T", Required = true };
        Option<int?> partition = CommonOptions.Partition("The partition");
        partition.Required = true;
        Option<bool> yes = new("--yes") { Description = "Do it" };
        command.Options.Add(topic);
        command.Options.Add(partition);
        command.Options.Add(yes);
        command.SetAction(async parsed =>
        {
            await using DataDirectory directory =
                await DataLocation.OpenAsync(CommonOptions.DataDirectory(parsed), create: false);
            Repair.Run(
                directory, directory.GetTopic(parsed.GetRequiredValue(topic)), parsed.GetRequiredValue(partition)!.Value,
                parsed.GetValue(yes));
            return ExitCode.Success;
        });
        return command;
    }
}
