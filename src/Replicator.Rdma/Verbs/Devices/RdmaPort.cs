using System.Net;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>What to look for when a port is chosen. Null means: the best there is.</summary>
public sealed record RdmaPortSelection
{
    /// <summary>The device's name.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The port's number, from 1.</summary>
    public byte? PortNumber { get; init; }

    /// <summary>The index of the GID to send from.</summary>
    public int? GidIndex { get; init; }

    /// <summary>The IP address of this host through which the peer is reached: the device that carries it is preferred.</summary>
    public IPAddress? LocalAddress { get; init; }
}

/// <summary>An opened device with the port and the GID to use on it. Disposing it disposes the context.</summary>
public sealed class RdmaPort : IDisposable
{
    private RdmaPort(RdmaContext context, PortAttributes attributes, GidEntry source)
    {
        Context = context;
        Attributes = attributes;
        Source = source;
    }

    /// <summary>The opened device.</summary>
    public RdmaContext Context { get; }

    /// <summary>The port as it was when it was chosen.</summary>
    public PortAttributes Attributes { get; }

    /// <summary>The port's number, from 1.</summary>
    public byte Number => Attributes.Number;

    /// <summary>The address to send from.</summary>
    public GidEntry Source { get; }

    /// <summary>Opens the best active port that fits a selection.</summary>
    /// <exception cref="DeviceNotFoundException">There is no device, or none of that name.</exception>
    /// <exception cref="PortDownException">The fitting ports are not active.</exception>
    /// <exception cref="GidNotFoundException">The port has no usable GID, or not the one asked for.</exception>
    public static RdmaPort Open(RdmaPortSelection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        if (selection.DeviceName is string name) return OpenBest(RdmaDevice.Open(name), selection);
        RdmaPort? fallback = null;
        RdmaException? failure = null;
        foreach (RdmaDevice device in RdmaDevice.List())
        {
            try
            {
                RdmaPort port = OpenBest(device.Open(), selection);
                if (selection.LocalAddress is null || port.Carries(selection.LocalAddress))
                {
                    fallback?.Dispose();
                    return port;
                }

                if (fallback is null) fallback = port;
                else port.Dispose();
            }
            catch (RdmaException error)
            {
                failure ??= error;
            }
        }

        return fallback ?? throw failure ?? DeviceNotFoundException.None();
    }

    /// <inheritdoc/>
    public void Dispose() => Context.Dispose();

    private static RdmaPort OpenBest(RdmaContext context, RdmaPortSelection selection)
    {
        try
        {
            PortAttributes port = ChoosePort(context, selection);
            return new RdmaPort(context, port, ChooseGid(context, port, selection));
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    private static PortAttributes ChoosePort(RdmaContext context, RdmaPortSelection selection)
    {
        if (selection.PortNumber is byte number) return RequireActive(context, context.QueryPort(number));
        PortAttributes first = context.QueryPort(1);
        for (byte port = 1; port <= context.QueryDevice().PortCount; port++)
        {
            PortAttributes attributes = context.QueryPort(port);
            if (attributes.State == PortState.Active) return attributes;
        }

        return RequireActive(context, first);
    }

    private static PortAttributes RequireActive(RdmaContext context, PortAttributes port) =>
        port.State == PortState.Active
            ? port
            : throw new PortDownException(context.Device.Name, port.Number, port.State);

    // RoCE v2 with an IPv4 address first: Soft-RoCE's entry 0 is made from the MAC address, and no route leads to it.
    private static GidEntry ChooseGid(RdmaContext context, PortAttributes port, RdmaPortSelection selection)
    {
        IReadOnlyList<GidEntry> entries = context.QueryGids(port.Number);
        string device = context.Device.Name;
        if (selection.GidIndex is int index)
        {
            foreach (GidEntry entry in entries) if (entry.Index == index) return entry;
            throw new GidNotFoundException(device, port.Number, $"at index {index}");
        }

        if (entries.Count == 0) throw new GidNotFoundException(device, port.Number, "at all");
        if (port.LinkLayer != LinkLayer.Ethernet) return entries[0];
        GidEntry best = entries.MaxBy(entry => Rank(entry, selection.LocalAddress));
        return Rank(best, selection.LocalAddress) > 0
            ? best
            : throw new GidNotFoundException(device, port.Number, "that is an IP address (RoCE v2)");
    }

    private static int Rank(GidEntry entry, IPAddress? wanted)
    {
        if (entry.Type != GidType.RoceV2) return 0;
        if (wanted is not null && entry.Gid == Gid.FromIPAddress(wanted)) return 4;
        if (entry.Gid.IsIPv4Mapped) return 3;
        return entry.Gid.ToIPAddress().IsIPv6LinkLocal ? 1 : 2;
    }

    private bool Carries(IPAddress address) => Source.Gid == Gid.FromIPAddress(address);
}
