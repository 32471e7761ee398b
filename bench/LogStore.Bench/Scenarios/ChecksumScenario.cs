using System.Diagnostics;
using System.Runtime.CompilerServices;
using LogStore.Bench.Running;
using LogStore.Checksums;

namespace LogStore.Bench.Scenarios;

/// <summary>CRC-32C by every kernel that this CPU has, against copying the same bytes: the least that touching them costs.</summary>
internal sealed class ChecksumScenario : Scenario
{
    private const string Copy = "Span.CopyTo";
    private const string Chosen = "Crc32C.Compute";
    private const int CacheLine = 64;
    private const int Largest = 1 << 20;

    private readonly byte[] _source = GC.AllocateUninitializedArray<byte>(Largest + CacheLine, pinned: true);
    private readonly byte[] _target = GC.AllocateUninitializedArray<byte>(Largest + CacheLine, pinned: true);

    // Results end up here, so that no loop is dead code.
    private uint _sink;

    public override string Name => "checksum";

    public override string Summary => "CRC-32C against a memory copy of the same bytes";

    public override Task RunAsync(BenchContext context)
    {
        new Random(1).NextBytes(_source);
        foreach ((string title, int size) in new[] { ("64 B", 64), ("1 KiB", 1 << 10), ("16 KiB", 16 << 10), ("1 MiB", Largest) })
            context.Run(CreateContest(title, size, context));
        return Task.CompletedTask;
    }

    private Contest CreateContest(string title, int size, BenchContext context)
    {
        // About 20 ms of copying at 1 MiB, and enough calls at 64 B to read the clock rarely.
        int calls = (int)Math.Clamp(context.Pick(100 << 20, 1 << 30) / (size + 256L), 100, 2_000_000);
        Contest contest = new($"checksum of {title}", Metric.GigabytesPerSecond)
        {
            Rounds = context.Pick(5, 15),
            WarmUp = TimeSpan.FromSeconds(context.Options.Quick ? 0.1 : 0.4),
        };
        contest.Add(Copy, () => [TimeCopies(size, calls)]);
        contest.Add(Chosen, () => [TimeChosen(size, calls)]);
        foreach (Crc32CKernel kernel in Crc32CKernels.All.Where(kernel => kernel.IsSupported))
        {
            int fewer = kernel == Crc32CKernels.All[^1] ? Math.Max(1, calls / 16) : calls; // The scalar one is slow.
            contest.Add(kernel.Name, () => [TimeKernel(kernel, size, fewer)]);
        }

        return contest.Compare(Chosen, Copy, atLeast: size == Largest ? 0.8 : null);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private double TimeCopies(int size, int calls)
    {
        ReadOnlySpan<byte> source = _source.AsSpan(0, size);
        Span<byte> target = _target.AsSpan(0, size);
        long started = Stopwatch.GetTimestamp();
        for (int call = 0; call < calls; call++) source.CopyTo(target);
        return Rate(size, calls, started);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private double TimeChosen(int size, int calls)
    {
        ReadOnlySpan<byte> source = _source.AsSpan(0, size);
        uint sum = 0;
        long started = Stopwatch.GetTimestamp();
        for (int call = 0; call < calls; call++) sum ^= Crc32C.Compute(source);
        _sink = sum;
        return Rate(size, calls, started);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private double TimeKernel(Crc32CKernel kernel, int size, int calls)
    {
        ReadOnlySpan<byte> source = _source.AsSpan(0, size);
        uint sum = _sink;
        long started = Stopwatch.GetTimestamp();
        for (int call = 0; call < calls; call++) sum ^= kernel.Update(~0u, source);
        _sink = sum;
        return Rate(size, calls, started);
    }

    private static double Rate(int size, int calls, long started) =>
        size * (double)calls / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e9;
}
