using System.Globalization;

namespace LogStore.Simulation;

/// <summary>
/// What has happened: a hash of everything always, so that two runs can be compared, and lines for a reader only when they
/// are wanted, since they cost more than the simulation does.
/// </summary>
internal sealed class Trace(bool isOn)
{
    private readonly List<string> _lines = [];

    public bool IsOn { get; } = isOn;

    public ulong Hash { get; private set; } = 14695981039346656037;

    public IReadOnlyList<string> Lines => _lines;

    public void Step(long first, long second)
    {
        Hash = (Hash ^ (ulong)first) * 1099511628211;
        Hash = (Hash ^ (ulong)second) * 1099511628211;
        Hash ^= Hash >> 29;
    }

    public void Add(long time, string line) =>
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{time / 1000.0,10:F3} ms  {line}"));
}
