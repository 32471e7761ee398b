using System.Runtime.CompilerServices;
using System.Text;

namespace LogStore.Simulation;

/// <summary>An interpolated string that is only put together where a trace is wanted.</summary>
[InterpolatedStringHandler]
internal ref struct TraceLine
{
    private readonly StringBuilder? _text;

    public TraceLine(int literalLength, int formattedCount, World world, out bool isWanted)
    {
        isWanted = world.Trace.IsOn;
        if (isWanted) _text = new StringBuilder(literalLength + (formattedCount * 8));
    }

    public readonly void AppendLiteral(string text) => _text!.Append(text);

    public readonly void AppendFormatted<T>(T value) => _text!.Append(value);

    public override readonly string ToString() => _text?.ToString() ?? "";
}
