using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LogStore.Replicator.Transport.Tcp;

/// <summary>
/// Sends what fits at once, on a socket that otherwise blocks (send(2), MSG_DONTWAIT). .NET's own way of not waiting makes
/// the socket a non-blocking one for good, and then a thread that waits to receive is woken through two others.
/// </summary>
internal static class NonBlockingSend
{
    /// <summary>What the system would have had to wait for.</summary>
    public const int WouldBlock = -1;

    /// <summary>The link is down.</summary>
    public const int Failed = -2;

    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int Again = 11;
    private const int Interrupted = 4;

    /// <summary>Whether this system has it, with these numbers.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux();

    /// <summary>Sends.</summary>
    /// <returns>How many bytes; <see cref="WouldBlock"/> or <see cref="Failed"/>.</returns>
    public static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            nint sent = Send(socket, in MemoryMarshal.GetReference(bytes), bytes.Length, DontWait | NoSignal);
            if (sent >= 0) return (int)sent;
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) return error == Again ? WouldBlock : Failed;
        }
    }

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    private static extern nint Send(SafeSocketHandle socket, in byte buffer, nint length, int flags);
}
