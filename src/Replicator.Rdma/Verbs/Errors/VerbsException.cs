using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>A verb failed. Its manual page (section 3) says what the errno means for it.</summary>
public class VerbsException : RdmaException
{
    internal VerbsException(string verb, int errno, string detail = "")
        : base($"{verb} failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}).{Separate(detail)}")
    {
        Verb = verb;
        ErrorNumber = errno;
    }

    /// <summary>The name of the verb: <c>ibv_reg_mr</c>.</summary>
    public string Verb { get; }

    /// <summary>The errno it failed with.</summary>
    public int ErrorNumber { get; }

    /// <inheritdoc/>
    public override bool IsTransient => ErrorNumber is Errno.EAGAIN or Errno.EINTR or Errno.EBUSY;

    /// <summary>Checks the result of a verb that returns an errno.</summary>
    internal static void ThrowIfError(int errno, string verb, string detail = "")
    {
        if (errno != 0) throw Create(verb, errno, detail);
    }

    /// <summary>Checks the result of a verb that returns a pointer and leaves the reason in errno.</summary>
    internal static unsafe T* ThrowIfNull<T>(T* result, string verb, string detail = "") where T : unmanaged =>
        result != null ? result : throw Create(verb, Marshal.GetLastPInvokeError(), detail);

    private static VerbsException Create(string verb, int errno, string detail) => errno switch
    {
        Errno.EACCES or Errno.EPERM => new VerbsException(verb, errno, Join(detail,
            "This process may not use the device: it needs read and write access to /dev/infiniband/uverbs*.")),
        Errno.ENODEV => new VerbsException(verb, errno, Join(detail, "The device was removed.")),
        _ => new VerbsException(verb, errno, detail),
    };

    private static string Join(string first, string second) => first.Length == 0 ? second : $"{first} {second}";

    private static string Separate(string detail) => detail.Length == 0 ? "" : " " + detail;
}
