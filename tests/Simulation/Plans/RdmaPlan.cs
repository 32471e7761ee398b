namespace LogStore.Simulation.Plans;

/// <summary>How links over RDMA are, where a plan has them.</summary>
/// <param name="RingBytes">The size of each staging ring: small, so that there are many laps.</param>
/// <param name="Receives">How many receive work requests each end posts.</param>
/// <param name="SignalEvery">Of how many work requests one reports its completion.</param>
/// <param name="HandlingUs">How long an admitted entry waits for its reader at the most, in microseconds.</param>
/// <param name="StrayPerMille">How often a write that nobody expects any more lands in a ring.</param>
/// <param name="WithoutDevice">A broker that has no device, and is linked the other way; -1 for none.</param>
internal sealed record RdmaPlan(
    int RingBytes, int Receives, int SignalEvery, int HandlingUs, int StrayPerMille, int WithoutDevice)
{
    public bool Links(int first, int second) => first != WithoutDevice && second != WithoutDevice;
}
