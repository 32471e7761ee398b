using System.Runtime.CompilerServices;
using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>
/// A test that takes an RDMA device. Without one it is reported as skipped; with LOGSTORE_REQUIRE_RDMA=1 it is run all the
/// same, and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RdmaFactAttribute : FactAttribute
{
    /// <summary>What a test that is skipped says.</summary>
    public const string WhySkipped = "there is no RDMA device; './dev rxe' runs the tests with Soft-RoCE";

    private static readonly bool Required = Environment.GetEnvironmentVariable("LOGSTORE_REQUIRE_RDMA") == "1";

    public RdmaFactAttribute([CallerFilePath] string? sourceFile = null, [CallerLineNumber] int sourceLine = -1)
        : base(sourceFile, sourceLine)
    {
        // Generous, since it bounds a hang only: the emulated machine shares its host with whatever else runs there.
        Timeout = 300_000;
        if (!CanRun) Skip = WhySkipped;
    }

    /// <summary>Whether tests that take a device are run.</summary>
    public static bool CanRun => Required || HasDevice();

    private static bool HasDevice()
    {
        try
        {
            return RdmaDevice.List().Count > 0;
        }
        catch (VerbsLibraryNotFoundException)
        {
            return false;
        }
    }
}
