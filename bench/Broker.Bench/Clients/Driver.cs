using System.Diagnostics;
using System.Globalization;
using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clients;

/// <summary>Runs <c>driver.c</c>, the load on librdkafka.</summary>
internal sealed class Driver(string program)
{
    private const string LingerMs = "5";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public string Program => program;

    public void Create(string brokers, string topic, int partitions, int replicas) =>
        Run("create", brokers, topic, partitions, replicas);

    public void Delete(string brokers, string topic) => Run("delete", brokers, topic);

    public Load Produce(string brokers, string topic, int bytes, string acks, TimeSpan duration) =>
        Measure("produce", brokers, topic, duration.TotalSeconds, bytes, acks, LingerMs);

    public Load Lone(string brokers, string topic, int bytes, string acks, TimeSpan duration) =>
        Measure("lone", brokers, topic, duration.TotalSeconds, bytes, acks);

    /// <summary>Runs a command that has nothing to tell, or returns the line that it prints.</summary>
    public string Run(params object[] arguments)
    {
        string[] words = [.. arguments.Select(word => Convert.ToString(word, CultureInfo.InvariantCulture)!)];
        using Process process = Process.Start(new ProcessStartInfo(program, words)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Limit)) throw new ServerFailedException($"driver {words[0]} did not end within {Limit.TotalSeconds} s");
            if (process.ExitCode != 0) throw new ServerFailedException($"driver {string.Join(' ', words)}: {errors.Result.Trim()}");
            return output.Result.Trim();
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>Runs a measurement.</summary>
    public Load Measure(params object[] arguments)
    {
        Dictionary<string, double> values = Run(arguments).Split(' ').Select(pair => pair.Split('=')).ToDictionary(
            pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        return new Load(values["seconds"], (long)values["records"], (long)values["bytes"], values["cpu"])
        {
            P50 = values.GetValueOrDefault("p50"),
            P99 = values.GetValueOrDefault("p99"),
        };
    }
}
