using System.Globalization;
using LogStore.Replicator.Rdma.Diagnostics;
using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>The <c>logstore rdma</c> commands as a person meets them: run as programs, judged by what they print.</summary>
public sealed class RdmaCommandTest
{
    private static readonly string Program =
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Cli/release/LogStore.Cli"));

    [RdmaFact]
    public void DevicesTellsNameStateMtuAndGids()
    {
        using ChildProcess command = new(Program, "rdma", "devices");
        string output = command.WaitForSuccess();
        foreach (RdmaDevice device in RdmaDevice.List())
        {
            using RdmaPort port = RdmaPort.Open(new RdmaPortSelection { DeviceName = device.Name });
            Assert.Contains($"{device.Name}\n", output, StringComparison.Ordinal);
            Assert.Contains($"{port.Source.Gid.ToIPAddress()}, RoCE v2", output, StringComparison.Ordinal);
            Assert.Contains($"Active, Ethernet, MTU {port.Attributes.ActiveMtu.ToBytes()}", output, StringComparison.Ordinal);
        }
    }

    [RdmaFact]
    public void PingReportsTheLatencyOfSendAndWriteWithImmediate()
    {
        using RunningServer server = new();
        using ChildProcess command = new(Program, "rdma", "ping", "localhost", "--port", server.Port, "--count", "200");
        string output = command.WaitForSuccess();

        AssertLatencies(output, "SEND");
        AssertLatencies(output, "WRITE_WITH_IMM");
    }

    [RdmaFact]
    public async Task BandwidthAndEveryLatencyCanBeMeasuredThroughTheLibrary()
    {
        using RunningServer server = new();
        foreach (ProbeOperation operation in Enum.GetValues<ProbeOperation>())
        {
            foreach (int bytes in (int[])[1, 100_000])
            {
                using ProbeClient client = await ProbeClient.ConnectAsync(
                    new("localhost", server.TcpPort), new RdmaPortSelection(), operation, bytes,
                    TestContext.Current.CancellationToken);
                if (operation == ProbeOperation.WriteBandwidth)
                {
                    BandwidthResult bandwidth = client.MeasureBandwidth(TimeSpan.FromMilliseconds(100));
                    Assert.InRange(bandwidth.MegabytesPerSecond, double.Epsilon, double.MaxValue);
                }
                else
                {
                    LatencyResult latency = client.MeasureLatency(5);
                    Assert.Equal(5, latency.Count);
                    Assert.InRange(latency.Percentile(0.5), latency.Min, latency.Max);
                }
            }
        }
    }

    [RdmaFact]
    public void PingListensAndMeasuresBandwidthForTheOtherSide()
    {
        using ChildProcess listening = new(Program, "rdma", "bw", "--listen", "--port", "0");
        string port = listening.ReadLine().Split(' ')[^1];
        using ChildProcess command = new(Program, "rdma", "bw", "localhost", "--port", port, "--seconds", "1");
        Assert.Matches("WRITE of 65536 bytes: [0-9.]+ MB/s", command.WaitForSuccess());
        Assert.False(listening.HasExited);
    }

    [RdmaFact]
    public void ALowLimitOfLockedMemoryIsNamedInOneLineWithItsRemedy()
    {
        // Root may lock what it likes unless it gives the capability up.
        string[] limited = ["-c", "ulimit -l 64 && exec \"$@\"", "limited", Program, "rdma", "bw", "localhost", "--size", "4000000"];
        using ChildProcess command = Environment.IsPrivilegedProcess
            ? new ChildProcess("setpriv", ["--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock", "bash", .. limited])
            : new ChildProcess("bash", limited);
        (int exitCode, string output, string errors) = command.Wait();

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Matches(@"\Alogstore: ibv_reg_mr failed: .*\(ulimit -l\) is 64 KiB, .*'ulimit -l unlimited'.*\n\z", errors);
    }

    [RdmaFact]
    public void ADeviceThatIsNotThereEndsInNotFound()
    {
        using ChildProcess command = new(Program, "rdma", "ping", "localhost", "--device", "nosuch0");
        (int exitCode, _, string errors) = command.Wait();
        Assert.Equal(3, exitCode);
        Assert.StartsWith("logstore: There is no RDMA device 'nosuch0'.", errors, StringComparison.Ordinal);
    }

    private static void AssertLatencies(string output, string operation)
    {
        string line = output.Split('\n').First(each => each.StartsWith(operation + ' ', StringComparison.Ordinal));
        double[] values = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        Assert.Equal(4, values.Length);
        Assert.Equal(values.Order(), values);
        Assert.InRange(values[0], 0.01, 1e6);
    }

    private sealed class RunningServer : IDisposable
    {
        private readonly ProbeServer _server = new(0, new RdmaPortSelection());
        private readonly CancellationTokenSource _end = new();
        private readonly Task _serving;

        public RunningServer() => _serving = Task.Run(() => _server.ServeAsync(Console.WriteLine, _end.Token));

        public int TcpPort => _server.TcpPort;

        public string Port => TcpPort.ToString(CultureInfo.InvariantCulture);

        public void Dispose()
        {
            _end.Cancel();
            Assert.True(((IAsyncResult)_serving).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(30)), "the server did not end");
            _server.Dispose();
            _end.Dispose();
        }
    }
}
