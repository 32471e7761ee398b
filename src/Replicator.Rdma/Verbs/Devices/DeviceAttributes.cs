using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LogStore.Verbs;

namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>What a device can do. Source: ibv_query_device(3).</summary>
public sealed unsafe class DeviceAttributes
{
    internal DeviceAttributes(in ibv_device_attr raw)
    {
        fixed (ibv_device_attr* attributes = &raw)
        {
            FirmwareVersion = Marshal.PtrToStringUTF8((nint)(&attributes->fw_ver)) ?? "";
        }

        NodeGuid = BinaryPrimitives.ReverseEndianness(raw.node_guid);
        SystemImageGuid = BinaryPrimitives.ReverseEndianness(raw.sys_image_guid);
        VendorId = raw.vendor_id;
        VendorPartId = raw.vendor_part_id;
        HardwareVersion = raw.hw_ver;
        PortCount = raw.phys_port_cnt;
        MaxMemoryRegionBytes = raw.max_mr_size;
        MaxMemoryRegions = raw.max_mr;
        MaxQueuePairs = raw.max_qp;
        MaxWorkRequests = raw.max_qp_wr;
        MaxSegments = raw.max_sge;
        MaxCompletionQueues = raw.max_cq;
        MaxCompletions = raw.max_cqe;
        MaxProtectionDomains = raw.max_pd;
        MaxAddressHandles = raw.max_ah;
        MaxReadsAsTarget = raw.max_qp_rd_atom;
        MaxReadsAsInitiator = raw.max_qp_init_rd_atom;
    }

    /// <summary>The firmware's version; empty for software devices.</summary>
    public string FirmwareVersion { get; }

    /// <summary>The GUID of the device, most significant byte first.</summary>
    public ulong NodeGuid { get; }

    /// <summary>The GUID of the system that the device is part of.</summary>
    public ulong SystemImageGuid { get; }

    /// <summary>The vendor's IEEE number.</summary>
    public uint VendorId { get; }

    /// <summary>The vendor's number for the model.</summary>
    public uint VendorPartId { get; }

    /// <summary>The vendor's number for the revision.</summary>
    public uint HardwareVersion { get; }

    /// <summary>How many ports it has; they are numbered from 1.</summary>
    public byte PortCount { get; }

    /// <summary>The longest memory region, in bytes.</summary>
    public ulong MaxMemoryRegionBytes { get; }

    /// <summary>How many memory regions it can hold.</summary>
    public int MaxMemoryRegions { get; }

    /// <summary>How many queue pairs it can hold.</summary>
    public int MaxQueuePairs { get; }

    /// <summary>The longest send or receive queue, in work requests.</summary>
    public int MaxWorkRequests { get; }

    /// <summary>How many segments a work request can have.</summary>
    public int MaxSegments { get; }

    /// <summary>How many completion queues it can hold.</summary>
    public int MaxCompletionQueues { get; }

    /// <summary>The longest completion queue, in completions.</summary>
    public int MaxCompletions { get; }

    /// <summary>How many protection domains it can hold.</summary>
    public int MaxProtectionDomains { get; }

    /// <summary>How many address handles it can hold.</summary>
    public int MaxAddressHandles { get; }

    /// <summary>How many READs and atomics of its peer a queue pair can serve at a time.</summary>
    public int MaxReadsAsTarget { get; }

    /// <summary>How many READs and atomics a queue pair can have under way at a time.</summary>
    public int MaxReadsAsInitiator { get; }
}
