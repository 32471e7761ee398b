using System.Diagnostics;
using System.Globalization;

namespace LogStore.Bench.Rdma;

/// <summary>
/// Runs a program of perftest as client on one device, and as server on the same or another: the client on the first core, the
/// server on the second.
/// </summary>
internal sealed class Perftest(string device, int gidIndex, string serverDevice, int serverGidIndex)
{
    public Perftest(string device, int gidIndex) : this(device, gidIndex, device, gidIndex)
    {
    }

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private int _port = 18_600;

    public string Device => device;

    /// <summary>The number in a column, counted from 0, of the result line; null if it could not measure.</summary>
    public double? Run(string tool, int bytes, int count, int column)
    {
        string[] arguments = ["-s", $"{bytes}", "-n", $"{count}", "-p", $"{++_port}", "-F"];
        using Process server = Start(
            "taskset", ["-c", "1", tool, "-d", serverDevice, "-x", $"{serverGidIndex}", .. arguments]);
        try
        {
            _ = server.StandardOutput.ReadToEndAsync();
            // The client gives up at once if the server does not listen yet.
            for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Limit;)
            {
                using Process client = Start("taskset", ["-c", "0", tool, "-d", device, "-x", $"{gidIndex}", .. arguments, "localhost"]);
                string output = client.StandardOutput.ReadToEnd();
                client.WaitForExit();
                if (client.ExitCode == 0) return Parse(output, bytes, column);
                if (server.HasExited) throw new InvalidOperationException($"{tool} ended early: {output}");
            }

            throw new InvalidOperationException($"{tool} did not succeed within {Limit}");
        }
        finally
        {
            if (!server.WaitForExit(TimeSpan.FromSeconds(5))) server.Kill();
        }
    }

    private static Process Start(string tool, string[] arguments) => Process.Start(new ProcessStartInfo(tool, arguments)
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static double? Parse(string output, int bytes, int column)
    {
        foreach (string line in output.Split('\n'))
        {
            string[] fields = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > column && fields[0] == bytes.ToString(CultureInfo.InvariantCulture))
            {
                // It prints "inf" where it could not calibrate its clock, as on a machine that is starved of its cores.
                bool measured = double.TryParse(fields[column], CultureInfo.InvariantCulture, out double value);
                return measured ? value : null;
            }
        }

        return null;
    }
}
