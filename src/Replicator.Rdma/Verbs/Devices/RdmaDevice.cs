using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>An RDMA device of this host, as it was when the list was made. Immutable.</summary>
public sealed unsafe class RdmaDevice
{
    private RdmaDevice(string name, ulong nodeGuid, NodeType nodeType, string driverPath)
    {
        Name = name;
        NodeGuid = nodeGuid;
        NodeType = nodeType;
        SystemPath = driverPath;
    }

    /// <summary>The kernel's name for it: <c>mlx5_0</c>, <c>rxe0</c>.</summary>
    public string Name { get; }

    /// <summary>Its GUID, most significant byte first, as <c>ibv_devinfo</c> prints it.</summary>
    public ulong NodeGuid { get; }

    /// <summary>What kind of node it is on the fabric.</summary>
    public NodeType NodeType { get; }

    /// <summary>Its folder in sysfs.</summary>
    public string SystemPath { get; }

    /// <summary>The devices of this host; empty if there are none or the kernel has no RDMA.</summary>
    /// <exception cref="VerbsLibraryNotFoundException">libibverbs is not installed.</exception>
    public static IReadOnlyList<RdmaDevice> List()
    {
        ibv_device** list = GetList(out int count);
        if (list == null) return [];
        try
        {
            RdmaDevice[] devices = new RdmaDevice[count];
            for (int i = 0; i < count; i++) devices[i] = Describe(list[i]);
            return devices;
        }
        finally
        {
            Ibv.ibv_free_device_list(list);
        }
    }

    /// <summary>Opens the device of a name.</summary>
    /// <exception cref="DeviceNotFoundException">There is no device of that name.</exception>
    public static RdmaContext Open(string name)
    {
        ibv_device** list = GetList(out int count);
        try
        {
            List<string> names = [];
            for (int i = 0; i < count; i++)
            {
                RdmaDevice device = Describe(list[i]);
                if (device.Name == name) return new RdmaContext(device, list[i]);
                names.Add(device.Name);
            }

            throw names.Count == 0 ? DeviceNotFoundException.None() : DeviceNotFoundException.Named(name, names);
        }
        finally
        {
            if (list != null) Ibv.ibv_free_device_list(list);
        }
    }

    /// <summary>Opens this device.</summary>
    /// <exception cref="DeviceNotFoundException">It is there no more.</exception>
    public RdmaContext Open() => Open(Name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static ibv_device** GetList(out int count)
    {
        int found = 0;
        try
        {
            ibv_device** list = Ibv.ibv_get_device_list(&found);
            count = list == null ? 0 : found;
            int error = list == null ? Marshal.GetLastPInvokeError() : 0;
            // A kernel without RDMA answers ENOSYS: that is a host without devices, not a failure.
            if (error is not (0 or Errno.ENOSYS or Errno.ENOENT)) VerbsException.ThrowIfError(error, "ibv_get_device_list");
            return list;
        }
        catch (DllNotFoundException missing)
        {
            throw new VerbsLibraryNotFoundException(missing);
        }
    }

    private static RdmaDevice Describe(ibv_device* device) => new(
        Marshal.PtrToStringUTF8((nint)Ibv.ibv_get_device_name(device))!,
        BinaryPrimitives.ReverseEndianness(Ibv.ibv_get_device_guid(device)),
        (NodeType)device->node_type,
        Marshal.PtrToStringUTF8((nint)(&device->ibdev_path))!);
}
