using LogStore.Cli.CommandLine;
using LogStore.Cli.Commands;

CliCommand root = new("logstore", "The replicated log store for .NET.")
{
    Notes = """
        The data directory is --data DIR, else the environment variable LOGSTORE_DATA, else ./logstore-data. One process
        at a time may change it; topic list, topic describe, consume, log dump and log verify work beside that process.

        topic, produce, consume and sink also work through brokers: --bootstrap-server HOST:PORT, else the environment variable
        LOGSTORE_BOOTSTRAP_SERVER. group, acl and cluster work through brokers only.

        Exit codes:
          0    done
          1    the operation failed: an I/O error, a full disk, a fault in the log
          2    the command line or the input is wrong
          3    a topic, partition, offset, file or directory is not there
          4    the data directory or port is in use by another process, the group by its members
          5    stored data is damaged; the message names file and position
          6    cluster status: a partition has no leader or too few replicas in sync
          130  interrupted (Ctrl+C); 143 when terminated
        """,
    Examples = """
        logstore topic create words --partitions 3
        logstore produce words --file book.txt
        logstore consume words --max 10
        """,
};
root.Options.Add(CommonOptions.Data);
root.Subcommands.Add(TopicCommand.Create());
root.Subcommands.Add(ProduceCommand.Create());
root.Subcommands.Add(ConsumeCommand.Create());
root.Subcommands.Add(SinkCommand.Create());
root.Subcommands.Add(GroupCommand.Create());
root.Subcommands.Add(AclCommand.Create());
root.Subcommands.Add(UserCommand.Create());
root.Subcommands.Add(BrokerCommand.Create());
root.Subcommands.Add(ClusterCommand.Create());
root.Subcommands.Add(LogCommand.Create());
root.Subcommands.Add(BenchCommand.Create());
root.Subcommands.Add(DemoCommand.Create());
root.Subcommands.Add(RdmaCommand.Create());

return await CommandRunner.RunAsync(root, args);
