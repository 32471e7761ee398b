namespace LogStore.Replicator.Tests.Transport.Support;

/// <summary>How long tests wait for what must come: it bounds a hang. An emulated machine is slow.</summary>
internal static class TestPatience
{
    public static readonly TimeSpan Value = TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable("LOGSTORE_IN_RXE_VM") is null ? 10 : 60);
}
