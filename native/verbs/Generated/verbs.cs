using System;
using System.CodeDom.Compiler;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static LogStore.Verbs.Ibv;
using static LogStore.Verbs.ib_uverbs_access_flags;

[assembly: GeneratedCode("ClangSharp", "22.1.8.0")]

namespace LogStore.Verbs;

internal partial struct @timespec
{
    [NativeTypeName("__time_t")]
    public nint tv_sec;

    [NativeTypeName("__syscall_slong_t")]
    public nint tv_nsec;
}

[StructLayout(LayoutKind.Explicit)]
internal partial struct __atomic_wide_counter
{
    [FieldOffset(0)]
    [NativeTypeName("unsigned long long")]
    public ulong __value64;

    [FieldOffset(0)]
    [NativeTypeName("__AnonymousRecord_atomic_wide_counter_L28_C3")]
    public ___value32_e__Struct __value32;

    public partial struct ___value32_e__Struct
    {
        [NativeTypeName("unsigned int")]
        public uint __low;

        [NativeTypeName("unsigned int")]
        public uint __high;
    }
}

internal unsafe partial struct __pthread_internal_list
{
    [NativeTypeName("struct __pthread_internal_list *")]
    public __pthread_internal_list* __prev;

    [NativeTypeName("struct __pthread_internal_list *")]
    public __pthread_internal_list* __next;
}

internal partial struct __pthread_mutex_s
{
    public int __lock;

    [NativeTypeName("unsigned int")]
    public uint __count;

    public int __owner;

    [NativeTypeName("unsigned int")]
    public uint __nusers;

    public int __kind;

    public short __spins;

    public short __elision;

    [NativeTypeName("__pthread_list_t")]
    public __pthread_internal_list __list;
}

internal partial struct __pthread_cond_s
{
    public __atomic_wide_counter __wseq;

    public __atomic_wide_counter __g1_start;

    [NativeTypeName("unsigned int[2]")]
    public ___g_refs_e__FixedBuffer __g_refs;

    [NativeTypeName("unsigned int[2]")]
    public ___g_size_e__FixedBuffer __g_size;

    [NativeTypeName("unsigned int")]
    public uint __g1_orig_size;

    [NativeTypeName("unsigned int")]
    public uint __wrefs;

    [NativeTypeName("unsigned int[2]")]
    public ___g_signals_e__FixedBuffer __g_signals;

    [InlineArray(2)]
    public partial struct ___g_refs_e__FixedBuffer
    {
        public uint e0;
    }

    [InlineArray(2)]
    public partial struct ___g_size_e__FixedBuffer
    {
        public uint e0;
    }

    [InlineArray(2)]
    public partial struct ___g_signals_e__FixedBuffer
    {
        public uint e0;
    }
}

[StructLayout(LayoutKind.Explicit)]
internal partial struct pthread_mutex_t
{
    [FieldOffset(0)]
    [NativeTypeName("struct __pthread_mutex_s")]
    public __pthread_mutex_s __data;

    [FieldOffset(0)]
    [NativeTypeName("char[40]")]
    public ___size_e__FixedBuffer __size;

    [FieldOffset(0)]
    [NativeTypeName("long")]
    public nint __align;

    [InlineArray(40)]
    public partial struct ___size_e__FixedBuffer
    {
        public sbyte e0;
    }
}

[StructLayout(LayoutKind.Explicit)]
internal partial struct pthread_cond_t
{
    [FieldOffset(0)]
    [NativeTypeName("struct __pthread_cond_s")]
    public __pthread_cond_s __data;

    [FieldOffset(0)]
    [NativeTypeName("char[48]")]
    public ___size_e__FixedBuffer __size;

    [FieldOffset(0)]
    [NativeTypeName("long long")]
    public long __align;

    [InlineArray(48)]
    public partial struct ___size_e__FixedBuffer
    {
        public sbyte e0;
    }
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_core_support : uint
{
    IB_UVERBS_CORE_SUPPORT_OPTIONAL_MR_ACCESS = 1 << 0,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_access_flags : uint
{
    IB_UVERBS_ACCESS_LOCAL_WRITE = 1 << 0,
    IB_UVERBS_ACCESS_REMOTE_WRITE = 1 << 1,
    IB_UVERBS_ACCESS_REMOTE_READ = 1 << 2,
    IB_UVERBS_ACCESS_REMOTE_ATOMIC = 1 << 3,
    IB_UVERBS_ACCESS_MW_BIND = 1 << 4,
    IB_UVERBS_ACCESS_ZERO_BASED = 1 << 5,
    IB_UVERBS_ACCESS_ON_DEMAND = 1 << 6,
    IB_UVERBS_ACCESS_HUGETLB = 1 << 7,
    IB_UVERBS_ACCESS_RELAXED_ORDERING = (1 << 20),
    IB_UVERBS_ACCESS_OPTIONAL_RANGE = unchecked((uint)((((1 << 29) << 1) - 1) & ~((1 << 20) - 1))),
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_srq_type : uint
{
    IB_UVERBS_SRQT_BASIC,
    IB_UVERBS_SRQT_XRC,
    IB_UVERBS_SRQT_TM,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_wq_type : uint
{
    IB_UVERBS_WQT_RQ,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_wq_flags : uint
{
    IB_UVERBS_WQ_FLAGS_CVLAN_STRIPPING = 1 << 0,
    IB_UVERBS_WQ_FLAGS_SCATTER_FCS = 1 << 1,
    IB_UVERBS_WQ_FLAGS_DELAY_DROP = 1 << 2,
    IB_UVERBS_WQ_FLAGS_PCI_WRITE_END_PADDING = 1 << 3,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_qp_type : uint
{
    IB_UVERBS_QPT_RC = 2,
    IB_UVERBS_QPT_UC,
    IB_UVERBS_QPT_UD,
    IB_UVERBS_QPT_RAW_PACKET = 8,
    IB_UVERBS_QPT_XRC_INI,
    IB_UVERBS_QPT_XRC_TGT,
    IB_UVERBS_QPT_DRIVER = 0xFF,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_qp_create_flags : uint
{
    IB_UVERBS_QP_CREATE_BLOCK_MULTICAST_LOOPBACK = 1 << 1,
    IB_UVERBS_QP_CREATE_SCATTER_FCS = 1 << 8,
    IB_UVERBS_QP_CREATE_CVLAN_STRIPPING = 1 << 9,
    IB_UVERBS_QP_CREATE_PCI_WRITE_END_PADDING = 1 << 11,
    IB_UVERBS_QP_CREATE_SQ_SIG_ALL = 1 << 12,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_query_port_flags : uint
{
    IB_UVERBS_QPF_GRH_REQUIRED = 1 << 0,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_flow_action_esp_keymat : uint
{
    IB_UVERBS_FLOW_ACTION_ESP_KEYMAT_AES_GCM,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_flow_action_esp_keymat_aes_gcm_iv_algo : uint
{
    IB_UVERBS_FLOW_ACTION_IV_ALGO_SEQ,
}

internal partial struct ib_uverbs_flow_action_esp_keymat_aes_gcm
{
    [NativeTypeName("__u64")]
    public ulong iv;

    [NativeTypeName("__u32")]
    public uint iv_algo;

    [NativeTypeName("__u32")]
    public uint salt;

    [NativeTypeName("__u32")]
    public uint icv_len;

    [NativeTypeName("__u32")]
    public uint key_len;

    [NativeTypeName("__u32[8]")]
    public _aes_key_e__FixedBuffer aes_key;

    [InlineArray(8)]
    public partial struct _aes_key_e__FixedBuffer
    {
        public uint e0;
    }
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_flow_action_esp_replay : uint
{
    IB_UVERBS_FLOW_ACTION_ESP_REPLAY_NONE,
    IB_UVERBS_FLOW_ACTION_ESP_REPLAY_BMP,
}

internal partial struct ib_uverbs_flow_action_esp_replay_bmp
{
    [NativeTypeName("__u32")]
    public uint size;
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_flow_action_esp_flags : uint
{
    IB_UVERBS_FLOW_ACTION_ESP_FLAGS_INLINE_CRYPTO = 0U << 0,
    IB_UVERBS_FLOW_ACTION_ESP_FLAGS_FULL_OFFLOAD = 1U << 0,
    IB_UVERBS_FLOW_ACTION_ESP_FLAGS_TUNNEL = 0U << 1,
    IB_UVERBS_FLOW_ACTION_ESP_FLAGS_TRANSPORT = 1U << 1,
    IB_UVERBS_FLOW_ACTION_ESP_FLAGS_DECRYPT = 0U << 2,
    IB_UVERBS_FLOW_ACTION_ESP_FLAGS_ENCRYPT = 1U << 2,
    IB_UVERBS_FLOW_ACTION_ESP_FLAGS_ESN_NEW_WINDOW = 1U << 3,
}

internal unsafe partial struct ib_uverbs_flow_action_esp_encap
{
    [NativeTypeName("__AnonymousRecord_ib_user_ioctl_verbs_L189_C2")]
    public _Anonymous1_e__Union Anonymous1;

    [NativeTypeName("__AnonymousRecord_ib_user_ioctl_verbs_L190_C2")]
    public _Anonymous2_e__Union Anonymous2;

    [NativeTypeName("__u16")]
    public ushort len;

    [NativeTypeName("__u16")]
    public ushort type;

    [UnscopedRef]
    public ref void* val_ptr
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous1.val_ptr;
        }
    }

    [UnscopedRef]
    public ref ulong val_ptr_data_u64
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous1.val_ptr_data_u64;
        }
    }

    [UnscopedRef]
    public ref ib_uverbs_flow_action_esp_encap* next_ptr
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous2.next_ptr;
        }
    }

    [UnscopedRef]
    public ref ulong next_ptr_data_u64
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous2.next_ptr_data_u64;
        }
    }

    [StructLayout(LayoutKind.Explicit)]
    public unsafe partial struct _Anonymous1_e__Union
    {
        [FieldOffset(0)]
        public void* val_ptr;

        [FieldOffset(0)]
        [NativeTypeName("__u64")]
        public ulong val_ptr_data_u64;
    }

    [StructLayout(LayoutKind.Explicit)]
    public unsafe partial struct _Anonymous2_e__Union
    {
        [FieldOffset(0)]
        [NativeTypeName("struct ib_uverbs_flow_action_esp_encap *")]
        public ib_uverbs_flow_action_esp_encap* next_ptr;

        [FieldOffset(0)]
        [NativeTypeName("__u64")]
        public ulong next_ptr_data_u64;
    }
}

internal partial struct ib_uverbs_flow_action_esp
{
    [NativeTypeName("__u32")]
    public uint spi;

    [NativeTypeName("__u32")]
    public uint seq;

    [NativeTypeName("__u32")]
    public uint tfc_pad;

    [NativeTypeName("__u32")]
    public uint flags;

    [NativeTypeName("__u64")]
    public ulong hard_limit_pkts;
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_read_counters_flags : uint
{
    IB_UVERBS_READ_COUNTERS_PREFER_CACHED = 1 << 0,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_advise_mr_advice : uint
{
    IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH,
    IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH_WRITE,
    IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH_NO_FAULT,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_advise_mr_flag : uint
{
    IB_UVERBS_ADVISE_MR_FLAG_FLUSH = 1 << 0,
}

internal partial struct ib_uverbs_qp_cap
{
    [NativeTypeName("__u32")]
    public uint max_send_wr;

    [NativeTypeName("__u32")]
    public uint max_recv_wr;

    [NativeTypeName("__u32")]
    public uint max_send_sge;

    [NativeTypeName("__u32")]
    public uint max_recv_sge;

    [NativeTypeName("__u32")]
    public uint max_inline_data;
}

[NativeTypeName("unsigned int")]
internal enum rdma_driver_id : uint
{
    RDMA_DRIVER_UNKNOWN,
    RDMA_DRIVER_MLX5,
    RDMA_DRIVER_MLX4,
    RDMA_DRIVER_CXGB3,
    RDMA_DRIVER_CXGB4,
    RDMA_DRIVER_MTHCA,
    RDMA_DRIVER_BNXT_RE,
    RDMA_DRIVER_OCRDMA,
    RDMA_DRIVER_NES,
    RDMA_DRIVER_I40IW,
    RDMA_DRIVER_IRDMA = RDMA_DRIVER_I40IW,
    RDMA_DRIVER_VMW_PVRDMA,
    RDMA_DRIVER_QEDR,
    RDMA_DRIVER_HNS,
    RDMA_DRIVER_USNIC,
    RDMA_DRIVER_RXE,
    RDMA_DRIVER_HFI1,
    RDMA_DRIVER_QIB,
    RDMA_DRIVER_EFA,
    RDMA_DRIVER_SIW,
    RDMA_DRIVER_ERDMA,
    RDMA_DRIVER_MANA,
}

[NativeTypeName("unsigned int")]
internal enum ib_uverbs_gid_type : uint
{
    IB_UVERBS_GID_TYPE_IB,
    IB_UVERBS_GID_TYPE_ROCE_V1,
    IB_UVERBS_GID_TYPE_ROCE_V2,
}

internal partial struct ib_uverbs_gid_entry
{
    [NativeTypeName("__u64[2]")]
    public _gid_e__FixedBuffer gid;

    [NativeTypeName("__u32")]
    public uint gid_index;

    [NativeTypeName("__u32")]
    public uint port_num;

    [NativeTypeName("__u32")]
    public uint gid_type;

    [NativeTypeName("__u32")]
    public uint netdev_ifindex;

    [InlineArray(2)]
    public partial struct _gid_e__FixedBuffer
    {
        public ulong e0;
    }
}

[StructLayout(LayoutKind.Explicit)]
internal partial struct ibv_gid
{
    [FieldOffset(0)]
    [NativeTypeName("uint8_t[16]")]
    public _raw_e__FixedBuffer raw;

    [FieldOffset(0)]
    [NativeTypeName("__AnonymousRecord_verbs_L67_C2")]
    public _global_e__Struct global;

    public partial struct _global_e__Struct
    {
        [NativeTypeName("__be64")]
        public ulong subnet_prefix;

        [NativeTypeName("__be64")]
        public ulong interface_id;
    }

    [InlineArray(16)]
    public partial struct _raw_e__FixedBuffer
    {
        public byte e0;
    }
}

[NativeTypeName("unsigned int")]
internal enum ibv_gid_type : uint
{
    IBV_GID_TYPE_IB,
    IBV_GID_TYPE_ROCE_V1,
    IBV_GID_TYPE_ROCE_V2,
}

internal partial struct ibv_gid_entry
{
    [NativeTypeName("union ibv_gid")]
    public ibv_gid gid;

    [NativeTypeName("uint32_t")]
    public uint gid_index;

    [NativeTypeName("uint32_t")]
    public uint port_num;

    [NativeTypeName("uint32_t")]
    public uint gid_type;

    [NativeTypeName("uint32_t")]
    public uint ndev_ifindex;
}

internal enum ibv_node_type
{
    IBV_NODE_UNKNOWN = -1,
    IBV_NODE_CA = 1,
    IBV_NODE_SWITCH,
    IBV_NODE_ROUTER,
    IBV_NODE_RNIC,
    IBV_NODE_USNIC,
    IBV_NODE_USNIC_UDP,
    IBV_NODE_UNSPECIFIED,
}

internal enum ibv_transport_type
{
    IBV_TRANSPORT_UNKNOWN = -1,
    IBV_TRANSPORT_IB = 0,
    IBV_TRANSPORT_IWARP,
    IBV_TRANSPORT_USNIC,
    IBV_TRANSPORT_USNIC_UDP,
    IBV_TRANSPORT_UNSPECIFIED,
}

[NativeTypeName("unsigned int")]
internal enum ibv_device_cap_flags : uint
{
    IBV_DEVICE_RESIZE_MAX_WR = 1,
    IBV_DEVICE_BAD_PKEY_CNTR = 1 << 1,
    IBV_DEVICE_BAD_QKEY_CNTR = 1 << 2,
    IBV_DEVICE_RAW_MULTI = 1 << 3,
    IBV_DEVICE_AUTO_PATH_MIG = 1 << 4,
    IBV_DEVICE_CHANGE_PHY_PORT = 1 << 5,
    IBV_DEVICE_UD_AV_PORT_ENFORCE = 1 << 6,
    IBV_DEVICE_CURR_QP_STATE_MOD = 1 << 7,
    IBV_DEVICE_SHUTDOWN_PORT = 1 << 8,
    IBV_DEVICE_INIT_TYPE = 1 << 9,
    IBV_DEVICE_PORT_ACTIVE_EVENT = 1 << 10,
    IBV_DEVICE_SYS_IMAGE_GUID = 1 << 11,
    IBV_DEVICE_RC_RNR_NAK_GEN = 1 << 12,
    IBV_DEVICE_SRQ_RESIZE = 1 << 13,
    IBV_DEVICE_N_NOTIFY_CQ = 1 << 14,
    IBV_DEVICE_MEM_WINDOW = 1 << 17,
    IBV_DEVICE_UD_IP_CSUM = 1 << 18,
    IBV_DEVICE_XRC = 1 << 20,
    IBV_DEVICE_MEM_MGT_EXTENSIONS = 1 << 21,
    IBV_DEVICE_MEM_WINDOW_TYPE_2A = 1 << 23,
    IBV_DEVICE_MEM_WINDOW_TYPE_2B = 1 << 24,
    IBV_DEVICE_RC_IP_CSUM = 1 << 25,
    IBV_DEVICE_RAW_IP_CSUM = 1 << 26,
    IBV_DEVICE_MANAGED_FLOW_STEERING = 1 << 29,
}

[NativeTypeName("unsigned int")]
internal enum ibv_fork_status : uint
{
    IBV_FORK_DISABLED,
    IBV_FORK_ENABLED,
    IBV_FORK_UNNEEDED,
}

[NativeTypeName("unsigned int")]
internal enum ibv_atomic_cap : uint
{
    IBV_ATOMIC_NONE,
    IBV_ATOMIC_HCA,
    IBV_ATOMIC_GLOB,
}

internal partial struct ibv_alloc_dm_attr
{
    [NativeTypeName("size_t")]
    public nuint length;

    [NativeTypeName("uint32_t")]
    public uint log_align_req;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

[NativeTypeName("unsigned int")]
internal enum ibv_dm_mask : uint
{
    IBV_DM_MASK_HANDLE = 1 << 0,
}

internal unsafe partial struct ibv_dm
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    [NativeTypeName("int (*)(struct ibv_dm *, uint64_t, const void *, size_t)")]
    public delegate* unmanaged[Cdecl]<ibv_dm*, ulong, void*, nuint, int> memcpy_to_dm;

    [NativeTypeName("int (*)(void *, struct ibv_dm *, uint64_t, size_t)")]
    public delegate* unmanaged[Cdecl]<void*, ibv_dm*, ulong, nuint, int> memcpy_from_dm;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("uint32_t")]
    public uint handle;
}

internal partial struct ibv_device_attr
{
    [NativeTypeName("char[64]")]
    public _fw_ver_e__FixedBuffer fw_ver;

    [NativeTypeName("__be64")]
    public ulong node_guid;

    [NativeTypeName("__be64")]
    public ulong sys_image_guid;

    [NativeTypeName("uint64_t")]
    public ulong max_mr_size;

    [NativeTypeName("uint64_t")]
    public ulong page_size_cap;

    [NativeTypeName("uint32_t")]
    public uint vendor_id;

    [NativeTypeName("uint32_t")]
    public uint vendor_part_id;

    [NativeTypeName("uint32_t")]
    public uint hw_ver;

    public int max_qp;

    public int max_qp_wr;

    [NativeTypeName("unsigned int")]
    public uint device_cap_flags;

    public int max_sge;

    public int max_sge_rd;

    public int max_cq;

    public int max_cqe;

    public int max_mr;

    public int max_pd;

    public int max_qp_rd_atom;

    public int max_ee_rd_atom;

    public int max_res_rd_atom;

    public int max_qp_init_rd_atom;

    public int max_ee_init_rd_atom;

    [NativeTypeName("enum ibv_atomic_cap")]
    public ibv_atomic_cap atomic_cap;

    public int max_ee;

    public int max_rdd;

    public int max_mw;

    public int max_raw_ipv6_qp;

    public int max_raw_ethy_qp;

    public int max_mcast_grp;

    public int max_mcast_qp_attach;

    public int max_total_mcast_qp_attach;

    public int max_ah;

    public int max_fmr;

    public int max_map_per_fmr;

    public int max_srq;

    public int max_srq_wr;

    public int max_srq_sge;

    [NativeTypeName("uint16_t")]
    public ushort max_pkeys;

    [NativeTypeName("uint8_t")]
    public byte local_ca_ack_delay;

    [NativeTypeName("uint8_t")]
    public byte phys_port_cnt;

    [InlineArray(64)]
    public partial struct _fw_ver_e__FixedBuffer
    {
        public sbyte e0;
    }
}

internal partial struct ibv_query_device_ex_input
{
    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

[NativeTypeName("unsigned int")]
internal enum ibv_odp_transport_cap_bits : uint
{
    IBV_ODP_SUPPORT_SEND = 1 << 0,
    IBV_ODP_SUPPORT_RECV = 1 << 1,
    IBV_ODP_SUPPORT_WRITE = 1 << 2,
    IBV_ODP_SUPPORT_READ = 1 << 3,
    IBV_ODP_SUPPORT_ATOMIC = 1 << 4,
    IBV_ODP_SUPPORT_SRQ_RECV = 1 << 5,
}

internal partial struct ibv_odp_caps
{
    [NativeTypeName("uint64_t")]
    public ulong general_caps;

    [NativeTypeName("__AnonymousRecord_verbs_L242_C2")]
    public _per_transport_caps_e__Struct per_transport_caps;

    public partial struct _per_transport_caps_e__Struct
    {
        [NativeTypeName("uint32_t")]
        public uint rc_odp_caps;

        [NativeTypeName("uint32_t")]
        public uint uc_odp_caps;

        [NativeTypeName("uint32_t")]
        public uint ud_odp_caps;
    }
}

[NativeTypeName("unsigned int")]
internal enum ibv_odp_general_caps : uint
{
    IBV_ODP_SUPPORT = 1 << 0,
    IBV_ODP_SUPPORT_IMPLICIT = 1 << 1,
}

internal partial struct ibv_tso_caps
{
    [NativeTypeName("uint32_t")]
    public uint max_tso;

    [NativeTypeName("uint32_t")]
    public uint supported_qpts;
}

[NativeTypeName("unsigned int")]
internal enum ibv_rx_hash_function_flags : uint
{
    IBV_RX_HASH_FUNC_TOEPLITZ = 1 << 0,
}

[NativeTypeName("unsigned int")]
internal enum ibv_rx_hash_fields : uint
{
    IBV_RX_HASH_SRC_IPV4 = 1 << 0,
    IBV_RX_HASH_DST_IPV4 = 1 << 1,
    IBV_RX_HASH_SRC_IPV6 = 1 << 2,
    IBV_RX_HASH_DST_IPV6 = 1 << 3,
    IBV_RX_HASH_SRC_PORT_TCP = 1 << 4,
    IBV_RX_HASH_DST_PORT_TCP = 1 << 5,
    IBV_RX_HASH_SRC_PORT_UDP = 1 << 6,
    IBV_RX_HASH_DST_PORT_UDP = 1 << 7,
    IBV_RX_HASH_IPSEC_SPI = 1 << 8,
    IBV_RX_HASH_INNER = (1U << 31),
}

internal partial struct ibv_rss_caps
{
    [NativeTypeName("uint32_t")]
    public uint supported_qpts;

    [NativeTypeName("uint32_t")]
    public uint max_rwq_indirection_tables;

    [NativeTypeName("uint32_t")]
    public uint max_rwq_indirection_table_size;

    [NativeTypeName("uint64_t")]
    public ulong rx_hash_fields_mask;

    [NativeTypeName("uint8_t")]
    public byte rx_hash_function;
}

internal partial struct ibv_packet_pacing_caps
{
    [NativeTypeName("uint32_t")]
    public uint qp_rate_limit_min;

    [NativeTypeName("uint32_t")]
    public uint qp_rate_limit_max;

    [NativeTypeName("uint32_t")]
    public uint supported_qpts;
}

[NativeTypeName("unsigned int")]
internal enum ibv_raw_packet_caps : uint
{
    IBV_RAW_PACKET_CAP_CVLAN_STRIPPING = 1 << 0,
    IBV_RAW_PACKET_CAP_SCATTER_FCS = 1 << 1,
    IBV_RAW_PACKET_CAP_IP_CSUM = 1 << 2,
    IBV_RAW_PACKET_CAP_DELAY_DROP = 1 << 3,
}

[NativeTypeName("unsigned int")]
internal enum ibv_tm_cap_flags : uint
{
    IBV_TM_CAP_RC = 1 << 0,
}

internal partial struct ibv_tm_caps
{
    [NativeTypeName("uint32_t")]
    public uint max_rndv_hdr_size;

    [NativeTypeName("uint32_t")]
    public uint max_num_tags;

    [NativeTypeName("uint32_t")]
    public uint flags;

    [NativeTypeName("uint32_t")]
    public uint max_ops;

    [NativeTypeName("uint32_t")]
    public uint max_sge;
}

internal partial struct ibv_cq_moderation_caps
{
    [NativeTypeName("uint16_t")]
    public ushort max_cq_count;

    [NativeTypeName("uint16_t")]
    public ushort max_cq_period;
}

[NativeTypeName("unsigned int")]
internal enum ibv_pci_atomic_op_size : uint
{
    IBV_PCI_ATOMIC_OPERATION_4_BYTE_SIZE_SUP = 1 << 0,
    IBV_PCI_ATOMIC_OPERATION_8_BYTE_SIZE_SUP = 1 << 1,
    IBV_PCI_ATOMIC_OPERATION_16_BYTE_SIZE_SUP = 1 << 2,
}

internal partial struct ibv_pci_atomic_caps
{
    [NativeTypeName("uint16_t")]
    public ushort fetch_add;

    [NativeTypeName("uint16_t")]
    public ushort swap;

    [NativeTypeName("uint16_t")]
    public ushort compare_swap;
}

internal partial struct ibv_device_attr_ex
{
    [NativeTypeName("struct ibv_device_attr")]
    public ibv_device_attr orig_attr;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("struct ibv_odp_caps")]
    public ibv_odp_caps odp_caps;

    [NativeTypeName("uint64_t")]
    public ulong completion_timestamp_mask;

    [NativeTypeName("uint64_t")]
    public ulong hca_core_clock;

    [NativeTypeName("uint64_t")]
    public ulong device_cap_flags_ex;

    [NativeTypeName("struct ibv_tso_caps")]
    public ibv_tso_caps tso_caps;

    [NativeTypeName("struct ibv_rss_caps")]
    public ibv_rss_caps rss_caps;

    [NativeTypeName("uint32_t")]
    public uint max_wq_type_rq;

    [NativeTypeName("struct ibv_packet_pacing_caps")]
    public ibv_packet_pacing_caps packet_pacing_caps;

    [NativeTypeName("uint32_t")]
    public uint raw_packet_caps;

    [NativeTypeName("struct ibv_tm_caps")]
    public ibv_tm_caps tm_caps;

    [NativeTypeName("struct ibv_cq_moderation_caps")]
    public ibv_cq_moderation_caps cq_mod_caps;

    [NativeTypeName("uint64_t")]
    public ulong max_dm_size;

    [NativeTypeName("struct ibv_pci_atomic_caps")]
    public ibv_pci_atomic_caps pci_atomic_caps;

    [NativeTypeName("uint32_t")]
    public uint xrc_odp_caps;

    [NativeTypeName("uint32_t")]
    public uint phys_port_cnt_ex;
}

[NativeTypeName("unsigned int")]
internal enum ibv_mtu : uint
{
    IBV_MTU_256 = 1,
    IBV_MTU_512 = 2,
    IBV_MTU_1024 = 3,
    IBV_MTU_2048 = 4,
    IBV_MTU_4096 = 5,
}

[NativeTypeName("unsigned int")]
internal enum ibv_port_state : uint
{
    IBV_PORT_NOP = 0,
    IBV_PORT_DOWN = 1,
    IBV_PORT_INIT = 2,
    IBV_PORT_ARMED = 3,
    IBV_PORT_ACTIVE = 4,
    IBV_PORT_ACTIVE_DEFER = 5,
}

[NativeTypeName("unsigned int")]
internal enum ibv_port_cap_flags : uint
{
    IBV_PORT_SM = 1 << 1,
    IBV_PORT_NOTICE_SUP = 1 << 2,
    IBV_PORT_TRAP_SUP = 1 << 3,
    IBV_PORT_OPT_IPD_SUP = 1 << 4,
    IBV_PORT_AUTO_MIGR_SUP = 1 << 5,
    IBV_PORT_SL_MAP_SUP = 1 << 6,
    IBV_PORT_MKEY_NVRAM = 1 << 7,
    IBV_PORT_PKEY_NVRAM = 1 << 8,
    IBV_PORT_LED_INFO_SUP = 1 << 9,
    IBV_PORT_SYS_IMAGE_GUID_SUP = 1 << 11,
    IBV_PORT_PKEY_SW_EXT_PORT_TRAP_SUP = 1 << 12,
    IBV_PORT_EXTENDED_SPEEDS_SUP = 1 << 14,
    IBV_PORT_CAP_MASK2_SUP = 1 << 15,
    IBV_PORT_CM_SUP = 1 << 16,
    IBV_PORT_SNMP_TUNNEL_SUP = 1 << 17,
    IBV_PORT_REINIT_SUP = 1 << 18,
    IBV_PORT_DEVICE_MGMT_SUP = 1 << 19,
    IBV_PORT_VENDOR_CLASS_SUP = 1 << 20,
    IBV_PORT_DR_NOTICE_SUP = 1 << 21,
    IBV_PORT_CAP_MASK_NOTICE_SUP = 1 << 22,
    IBV_PORT_BOOT_MGMT_SUP = 1 << 23,
    IBV_PORT_LINK_LATENCY_SUP = 1 << 24,
    IBV_PORT_CLIENT_REG_SUP = 1 << 25,
    IBV_PORT_IP_BASED_GIDS = 1 << 26,
}

[NativeTypeName("unsigned int")]
internal enum ibv_port_cap_flags2 : uint
{
    IBV_PORT_SET_NODE_DESC_SUP = 1 << 0,
    IBV_PORT_INFO_EXT_SUP = 1 << 1,
    IBV_PORT_VIRT_SUP = 1 << 2,
    IBV_PORT_SWITCH_PORT_STATE_TABLE_SUP = 1 << 3,
    IBV_PORT_LINK_WIDTH_2X_SUP = 1 << 4,
    IBV_PORT_LINK_SPEED_HDR_SUP = 1 << 5,
    IBV_PORT_LINK_SPEED_NDR_SUP = 1 << 10,
}

internal partial struct ibv_port_attr
{
    [NativeTypeName("enum ibv_port_state")]
    public ibv_port_state state;

    [NativeTypeName("enum ibv_mtu")]
    public ibv_mtu max_mtu;

    [NativeTypeName("enum ibv_mtu")]
    public ibv_mtu active_mtu;

    public int gid_tbl_len;

    [NativeTypeName("uint32_t")]
    public uint port_cap_flags;

    [NativeTypeName("uint32_t")]
    public uint max_msg_sz;

    [NativeTypeName("uint32_t")]
    public uint bad_pkey_cntr;

    [NativeTypeName("uint32_t")]
    public uint qkey_viol_cntr;

    [NativeTypeName("uint16_t")]
    public ushort pkey_tbl_len;

    [NativeTypeName("uint16_t")]
    public ushort lid;

    [NativeTypeName("uint16_t")]
    public ushort sm_lid;

    [NativeTypeName("uint8_t")]
    public byte lmc;

    [NativeTypeName("uint8_t")]
    public byte max_vl_num;

    [NativeTypeName("uint8_t")]
    public byte sm_sl;

    [NativeTypeName("uint8_t")]
    public byte subnet_timeout;

    [NativeTypeName("uint8_t")]
    public byte init_type_reply;

    [NativeTypeName("uint8_t")]
    public byte active_width;

    [NativeTypeName("uint8_t")]
    public byte active_speed;

    [NativeTypeName("uint8_t")]
    public byte phys_state;

    [NativeTypeName("uint8_t")]
    public byte link_layer;

    [NativeTypeName("uint8_t")]
    public byte flags;

    [NativeTypeName("uint16_t")]
    public ushort port_cap_flags2;
}

[NativeTypeName("unsigned int")]
internal enum ibv_event_type : uint
{
    IBV_EVENT_CQ_ERR,
    IBV_EVENT_QP_FATAL,
    IBV_EVENT_QP_REQ_ERR,
    IBV_EVENT_QP_ACCESS_ERR,
    IBV_EVENT_COMM_EST,
    IBV_EVENT_SQ_DRAINED,
    IBV_EVENT_PATH_MIG,
    IBV_EVENT_PATH_MIG_ERR,
    IBV_EVENT_DEVICE_FATAL,
    IBV_EVENT_PORT_ACTIVE,
    IBV_EVENT_PORT_ERR,
    IBV_EVENT_LID_CHANGE,
    IBV_EVENT_PKEY_CHANGE,
    IBV_EVENT_SM_CHANGE,
    IBV_EVENT_SRQ_ERR,
    IBV_EVENT_SRQ_LIMIT_REACHED,
    IBV_EVENT_QP_LAST_WQE_REACHED,
    IBV_EVENT_CLIENT_REREGISTER,
    IBV_EVENT_GID_CHANGE,
    IBV_EVENT_WQ_FATAL,
}

internal partial struct ibv_async_event
{
    [NativeTypeName("__AnonymousRecord_verbs_L473_C2")]
    public _element_e__Union element;

    [NativeTypeName("enum ibv_event_type")]
    public ibv_event_type event_type;

    [StructLayout(LayoutKind.Explicit)]
    public unsafe partial struct _element_e__Union
    {
        [FieldOffset(0)]
        [NativeTypeName("struct ibv_cq *")]
        public ibv_cq* cq;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_qp *")]
        public ibv_qp* qp;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_srq *")]
        public ibv_srq* srq;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_wq *")]
        public ibv_wq* wq;

        [FieldOffset(0)]
        public int port_num;
    }
}

[NativeTypeName("unsigned int")]
internal enum ibv_wc_status : uint
{
    IBV_WC_SUCCESS,
    IBV_WC_LOC_LEN_ERR,
    IBV_WC_LOC_QP_OP_ERR,
    IBV_WC_LOC_EEC_OP_ERR,
    IBV_WC_LOC_PROT_ERR,
    IBV_WC_WR_FLUSH_ERR,
    IBV_WC_MW_BIND_ERR,
    IBV_WC_BAD_RESP_ERR,
    IBV_WC_LOC_ACCESS_ERR,
    IBV_WC_REM_INV_REQ_ERR,
    IBV_WC_REM_ACCESS_ERR,
    IBV_WC_REM_OP_ERR,
    IBV_WC_RETRY_EXC_ERR,
    IBV_WC_RNR_RETRY_EXC_ERR,
    IBV_WC_LOC_RDD_VIOL_ERR,
    IBV_WC_REM_INV_RD_REQ_ERR,
    IBV_WC_REM_ABORT_ERR,
    IBV_WC_INV_EECN_ERR,
    IBV_WC_INV_EEC_STATE_ERR,
    IBV_WC_FATAL_ERR,
    IBV_WC_RESP_TIMEOUT_ERR,
    IBV_WC_GENERAL_ERR,
    IBV_WC_TM_ERR,
    IBV_WC_TM_RNDV_INCOMPLETE,
}

[NativeTypeName("unsigned int")]
internal enum ibv_wc_opcode : uint
{
    IBV_WC_SEND,
    IBV_WC_RDMA_WRITE,
    IBV_WC_RDMA_READ,
    IBV_WC_COMP_SWAP,
    IBV_WC_FETCH_ADD,
    IBV_WC_BIND_MW,
    IBV_WC_LOCAL_INV,
    IBV_WC_TSO,
    IBV_WC_ATOMIC_WRITE = 9,
    IBV_WC_RECV = 1 << 7,
    IBV_WC_RECV_RDMA_WITH_IMM,
    IBV_WC_TM_ADD,
    IBV_WC_TM_DEL,
    IBV_WC_TM_SYNC,
    IBV_WC_TM_RECV,
    IBV_WC_TM_NO_TAG,
    IBV_WC_DRIVER1,
    IBV_WC_DRIVER2,
    IBV_WC_DRIVER3,
}

[NativeTypeName("unsigned int")]
internal enum ibv_create_cq_wc_flags : uint
{
    IBV_WC_EX_WITH_BYTE_LEN = 1 << 0,
    IBV_WC_EX_WITH_IMM = 1 << 1,
    IBV_WC_EX_WITH_QP_NUM = 1 << 2,
    IBV_WC_EX_WITH_SRC_QP = 1 << 3,
    IBV_WC_EX_WITH_SLID = 1 << 4,
    IBV_WC_EX_WITH_SL = 1 << 5,
    IBV_WC_EX_WITH_DLID_PATH_BITS = 1 << 6,
    IBV_WC_EX_WITH_COMPLETION_TIMESTAMP = 1 << 7,
    IBV_WC_EX_WITH_CVLAN = 1 << 8,
    IBV_WC_EX_WITH_FLOW_TAG = 1 << 9,
    IBV_WC_EX_WITH_TM_INFO = 1 << 10,
    IBV_WC_EX_WITH_COMPLETION_TIMESTAMP_WALLCLOCK = 1 << 11,
}

[NativeTypeName("unsigned int")]
internal enum ibv_wc_flags : uint
{
    IBV_WC_GRH = 1 << 0,
    IBV_WC_WITH_IMM = 1 << 1,
    IBV_WC_IP_CSUM_OK = 1 << IBV_WC_IP_CSUM_OK_SHIFT,
    IBV_WC_WITH_INV = 1 << 3,
    IBV_WC_TM_SYNC_REQ = 1 << 4,
    IBV_WC_TM_MATCH = 1 << 5,
    IBV_WC_TM_DATA_VALID = 1 << 6,
}

internal partial struct ibv_wc
{
    [NativeTypeName("uint64_t")]
    public ulong wr_id;

    [NativeTypeName("enum ibv_wc_status")]
    public ibv_wc_status status;

    [NativeTypeName("enum ibv_wc_opcode")]
    public ibv_wc_opcode opcode;

    [NativeTypeName("uint32_t")]
    public uint vendor_err;

    [NativeTypeName("uint32_t")]
    public uint byte_len;

    [NativeTypeName("__AnonymousRecord_verbs_L595_C2")]
    public _Anonymous_e__Union Anonymous;

    [NativeTypeName("uint32_t")]
    public uint qp_num;

    [NativeTypeName("uint32_t")]
    public uint src_qp;

    [NativeTypeName("unsigned int")]
    public uint wc_flags;

    [NativeTypeName("uint16_t")]
    public ushort pkey_index;

    [NativeTypeName("uint16_t")]
    public ushort slid;

    [NativeTypeName("uint8_t")]
    public byte sl;

    [NativeTypeName("uint8_t")]
    public byte dlid_path_bits;

    [UnscopedRef]
    public ref uint imm_data
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.imm_data;
        }
    }

    [UnscopedRef]
    public ref uint invalidated_rkey
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.invalidated_rkey;
        }
    }

    [StructLayout(LayoutKind.Explicit)]
    public partial struct _Anonymous_e__Union
    {
        [FieldOffset(0)]
        [NativeTypeName("__be32")]
        public uint imm_data;

        [FieldOffset(0)]
        [NativeTypeName("uint32_t")]
        public uint invalidated_rkey;
    }
}

[NativeTypeName("unsigned int")]
internal enum ibv_access_flags
{
    IBV_ACCESS_LOCAL_WRITE = 1,
    IBV_ACCESS_REMOTE_WRITE = (1 << 1),
    IBV_ACCESS_REMOTE_READ = (1 << 2),
    IBV_ACCESS_REMOTE_ATOMIC = (1 << 3),
    IBV_ACCESS_MW_BIND = (1 << 4),
    IBV_ACCESS_ZERO_BASED = (1 << 5),
    IBV_ACCESS_ON_DEMAND = (1 << 6),
    IBV_ACCESS_HUGETLB = (1 << 7),
    IBV_ACCESS_RELAXED_ORDERING = (1 << 20),
}

internal unsafe partial struct ibv_mw_bind_info
{
    [NativeTypeName("struct ibv_mr *")]
    public ibv_mr* mr;

    [NativeTypeName("uint64_t")]
    public ulong addr;

    [NativeTypeName("uint64_t")]
    public ulong length;

    [NativeTypeName("unsigned int")]
    public uint mw_access_flags;
}

internal unsafe partial struct ibv_pd
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    [NativeTypeName("uint32_t")]
    public uint handle;
}

internal partial struct ibv_td_init_attr
{
    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

internal unsafe partial struct ibv_td
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;
}

[NativeTypeName("unsigned int")]
internal enum ibv_xrcd_init_attr_mask : uint
{
    IBV_XRCD_INIT_ATTR_FD = 1 << 0,
    IBV_XRCD_INIT_ATTR_OFLAGS = 1 << 1,
    IBV_XRCD_INIT_ATTR_RESERVED = 1 << 2,
}

internal partial struct ibv_xrcd_init_attr
{
    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    public int fd;

    public int oflags;
}

internal unsafe partial struct ibv_xrcd
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;
}

[NativeTypeName("unsigned int")]
internal enum ibv_rereg_mr_flags : uint
{
    IBV_REREG_MR_CHANGE_TRANSLATION = (1 << 0),
    IBV_REREG_MR_CHANGE_PD = (1 << 1),
    IBV_REREG_MR_CHANGE_ACCESS = (1 << 2),
    IBV_REREG_MR_FLAGS_SUPPORTED = ((IBV_REREG_MR_CHANGE_ACCESS << 1) - 1),
}

internal unsafe partial struct ibv_mr
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* pd;

    public void* addr;

    [NativeTypeName("size_t")]
    public nuint length;

    [NativeTypeName("uint32_t")]
    public uint handle;

    [NativeTypeName("uint32_t")]
    public uint lkey;

    [NativeTypeName("uint32_t")]
    public uint rkey;
}

[NativeTypeName("unsigned int")]
internal enum ibv_mw_type : uint
{
    IBV_MW_TYPE_1 = 1,
    IBV_MW_TYPE_2 = 2,
}

internal unsafe partial struct ibv_mw
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* pd;

    [NativeTypeName("uint32_t")]
    public uint rkey;

    [NativeTypeName("uint32_t")]
    public uint handle;

    [NativeTypeName("enum ibv_mw_type")]
    public ibv_mw_type type;
}

internal partial struct ibv_global_route
{
    [NativeTypeName("union ibv_gid")]
    public ibv_gid dgid;

    [NativeTypeName("uint32_t")]
    public uint flow_label;

    [NativeTypeName("uint8_t")]
    public byte sgid_index;

    [NativeTypeName("uint8_t")]
    public byte hop_limit;

    [NativeTypeName("uint8_t")]
    public byte traffic_class;
}

internal partial struct ibv_grh
{
    [NativeTypeName("__be32")]
    public uint version_tclass_flow;

    [NativeTypeName("__be16")]
    public ushort paylen;

    [NativeTypeName("uint8_t")]
    public byte next_hdr;

    [NativeTypeName("uint8_t")]
    public byte hop_limit;

    [NativeTypeName("union ibv_gid")]
    public ibv_gid sgid;

    [NativeTypeName("union ibv_gid")]
    public ibv_gid dgid;
}

[NativeTypeName("unsigned int")]
internal enum ibv_rate : uint
{
    IBV_RATE_MAX = 0,
    IBV_RATE_2_5_GBPS = 2,
    IBV_RATE_5_GBPS = 5,
    IBV_RATE_10_GBPS = 3,
    IBV_RATE_20_GBPS = 6,
    IBV_RATE_30_GBPS = 4,
    IBV_RATE_40_GBPS = 7,
    IBV_RATE_60_GBPS = 8,
    IBV_RATE_80_GBPS = 9,
    IBV_RATE_120_GBPS = 10,
    IBV_RATE_14_GBPS = 11,
    IBV_RATE_56_GBPS = 12,
    IBV_RATE_112_GBPS = 13,
    IBV_RATE_168_GBPS = 14,
    IBV_RATE_25_GBPS = 15,
    IBV_RATE_100_GBPS = 16,
    IBV_RATE_200_GBPS = 17,
    IBV_RATE_300_GBPS = 18,
    IBV_RATE_28_GBPS = 19,
    IBV_RATE_50_GBPS = 20,
    IBV_RATE_400_GBPS = 21,
    IBV_RATE_600_GBPS = 22,
    IBV_RATE_800_GBPS = 23,
    IBV_RATE_1200_GBPS = 24,
}

internal partial struct ibv_ah_attr
{
    [NativeTypeName("struct ibv_global_route")]
    public ibv_global_route grh;

    [NativeTypeName("uint16_t")]
    public ushort dlid;

    [NativeTypeName("uint8_t")]
    public byte sl;

    [NativeTypeName("uint8_t")]
    public byte src_path_bits;

    [NativeTypeName("uint8_t")]
    public byte static_rate;

    [NativeTypeName("uint8_t")]
    public byte is_global;

    [NativeTypeName("uint8_t")]
    public byte port_num;
}

[NativeTypeName("unsigned int")]
internal enum ibv_srq_attr_mask
{
    IBV_SRQ_MAX_WR = 1 << 0,
    IBV_SRQ_LIMIT = 1 << 1,
}

internal partial struct ibv_srq_attr
{
    [NativeTypeName("uint32_t")]
    public uint max_wr;

    [NativeTypeName("uint32_t")]
    public uint max_sge;

    [NativeTypeName("uint32_t")]
    public uint srq_limit;
}

internal unsafe partial struct ibv_srq_init_attr
{
    public void* srq_context;

    [NativeTypeName("struct ibv_srq_attr")]
    public ibv_srq_attr attr;
}

[NativeTypeName("unsigned int")]
internal enum ibv_srq_type : uint
{
    IBV_SRQT_BASIC,
    IBV_SRQT_XRC,
    IBV_SRQT_TM,
}

[NativeTypeName("unsigned int")]
internal enum ibv_srq_init_attr_mask : uint
{
    IBV_SRQ_INIT_ATTR_TYPE = 1 << 0,
    IBV_SRQ_INIT_ATTR_PD = 1 << 1,
    IBV_SRQ_INIT_ATTR_XRCD = 1 << 2,
    IBV_SRQ_INIT_ATTR_CQ = 1 << 3,
    IBV_SRQ_INIT_ATTR_TM = 1 << 4,
    IBV_SRQ_INIT_ATTR_RESERVED = 1 << 5,
}

internal partial struct ibv_tm_cap
{
    [NativeTypeName("uint32_t")]
    public uint max_num_tags;

    [NativeTypeName("uint32_t")]
    public uint max_ops;
}

internal unsafe partial struct ibv_srq_init_attr_ex
{
    public void* srq_context;

    [NativeTypeName("struct ibv_srq_attr")]
    public ibv_srq_attr attr;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("enum ibv_srq_type")]
    public ibv_srq_type srq_type;

    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* pd;

    [NativeTypeName("struct ibv_xrcd *")]
    public ibv_xrcd* xrcd;

    [NativeTypeName("struct ibv_cq *")]
    public ibv_cq* cq;

    [NativeTypeName("struct ibv_tm_cap")]
    public ibv_tm_cap tm_cap;
}

[NativeTypeName("unsigned int")]
internal enum ibv_wq_type : uint
{
    IBV_WQT_RQ,
}

[NativeTypeName("unsigned int")]
internal enum ibv_wq_init_attr_mask : uint
{
    IBV_WQ_INIT_ATTR_FLAGS = 1 << 0,
    IBV_WQ_INIT_ATTR_RESERVED = 1 << 1,
}

[NativeTypeName("unsigned int")]
internal enum ibv_wq_flags : uint
{
    IBV_WQ_FLAGS_CVLAN_STRIPPING = 1 << 0,
    IBV_WQ_FLAGS_SCATTER_FCS = 1 << 1,
    IBV_WQ_FLAGS_DELAY_DROP = 1 << 2,
    IBV_WQ_FLAGS_PCI_WRITE_END_PADDING = 1 << 3,
    IBV_WQ_FLAGS_RESERVED = 1 << 4,
}

internal unsafe partial struct ibv_wq_init_attr
{
    public void* wq_context;

    [NativeTypeName("enum ibv_wq_type")]
    public ibv_wq_type wq_type;

    [NativeTypeName("uint32_t")]
    public uint max_wr;

    [NativeTypeName("uint32_t")]
    public uint max_sge;

    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* pd;

    [NativeTypeName("struct ibv_cq *")]
    public ibv_cq* cq;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("uint32_t")]
    public uint create_flags;
}

[NativeTypeName("unsigned int")]
internal enum ibv_wq_state : uint
{
    IBV_WQS_RESET,
    IBV_WQS_RDY,
    IBV_WQS_ERR,
    IBV_WQS_UNKNOWN,
}

[NativeTypeName("unsigned int")]
internal enum ibv_wq_attr_mask : uint
{
    IBV_WQ_ATTR_STATE = 1 << 0,
    IBV_WQ_ATTR_CURR_STATE = 1 << 1,
    IBV_WQ_ATTR_FLAGS = 1 << 2,
    IBV_WQ_ATTR_RESERVED = 1 << 3,
}

internal partial struct ibv_wq_attr
{
    [NativeTypeName("uint32_t")]
    public uint attr_mask;

    [NativeTypeName("enum ibv_wq_state")]
    public ibv_wq_state wq_state;

    [NativeTypeName("enum ibv_wq_state")]
    public ibv_wq_state curr_wq_state;

    [NativeTypeName("uint32_t")]
    public uint flags;

    [NativeTypeName("uint32_t")]
    public uint flags_mask;
}

internal unsafe partial struct ibv_rwq_ind_table
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    public int ind_tbl_handle;

    public int ind_tbl_num;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

[NativeTypeName("unsigned int")]
internal enum ibv_ind_table_init_attr_mask : uint
{
    IBV_CREATE_IND_TABLE_RESERVED = (1 << 0),
}

internal unsafe partial struct ibv_rwq_ind_table_init_attr
{
    [NativeTypeName("uint32_t")]
    public uint log_ind_tbl_size;

    [NativeTypeName("struct ibv_wq **")]
    public ibv_wq** ind_tbl;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

[NativeTypeName("unsigned int")]
internal enum ibv_qp_type : uint
{
    IBV_QPT_RC = 2,
    IBV_QPT_UC,
    IBV_QPT_UD,
    IBV_QPT_RAW_PACKET = 8,
    IBV_QPT_XRC_SEND = 9,
    IBV_QPT_XRC_RECV,
    IBV_QPT_DRIVER = 0xff,
}

internal partial struct ibv_qp_cap
{
    [NativeTypeName("uint32_t")]
    public uint max_send_wr;

    [NativeTypeName("uint32_t")]
    public uint max_recv_wr;

    [NativeTypeName("uint32_t")]
    public uint max_send_sge;

    [NativeTypeName("uint32_t")]
    public uint max_recv_sge;

    [NativeTypeName("uint32_t")]
    public uint max_inline_data;
}

internal unsafe partial struct ibv_qp_init_attr
{
    public void* qp_context;

    [NativeTypeName("struct ibv_cq *")]
    public ibv_cq* send_cq;

    [NativeTypeName("struct ibv_cq *")]
    public ibv_cq* recv_cq;

    [NativeTypeName("struct ibv_srq *")]
    public ibv_srq* srq;

    [NativeTypeName("struct ibv_qp_cap")]
    public ibv_qp_cap cap;

    [NativeTypeName("enum ibv_qp_type")]
    public ibv_qp_type qp_type;

    public int sq_sig_all;
}

[NativeTypeName("unsigned int")]
internal enum ibv_qp_init_attr_mask : uint
{
    IBV_QP_INIT_ATTR_PD = 1 << 0,
    IBV_QP_INIT_ATTR_XRCD = 1 << 1,
    IBV_QP_INIT_ATTR_CREATE_FLAGS = 1 << 2,
    IBV_QP_INIT_ATTR_MAX_TSO_HEADER = 1 << 3,
    IBV_QP_INIT_ATTR_IND_TABLE = 1 << 4,
    IBV_QP_INIT_ATTR_RX_HASH = 1 << 5,
    IBV_QP_INIT_ATTR_SEND_OPS_FLAGS = 1 << 6,
}

[NativeTypeName("unsigned int")]
internal enum ibv_qp_create_flags : uint
{
    IBV_QP_CREATE_BLOCK_SELF_MCAST_LB = 1 << 1,
    IBV_QP_CREATE_SCATTER_FCS = 1 << 8,
    IBV_QP_CREATE_CVLAN_STRIPPING = 1 << 9,
    IBV_QP_CREATE_SOURCE_QPN = 1 << 10,
    IBV_QP_CREATE_PCI_WRITE_END_PADDING = 1 << 11,
}

[NativeTypeName("unsigned int")]
internal enum ibv_qp_create_send_ops_flags : uint
{
    IBV_QP_EX_WITH_RDMA_WRITE = 1 << 0,
    IBV_QP_EX_WITH_RDMA_WRITE_WITH_IMM = 1 << 1,
    IBV_QP_EX_WITH_SEND = 1 << 2,
    IBV_QP_EX_WITH_SEND_WITH_IMM = 1 << 3,
    IBV_QP_EX_WITH_RDMA_READ = 1 << 4,
    IBV_QP_EX_WITH_ATOMIC_CMP_AND_SWP = 1 << 5,
    IBV_QP_EX_WITH_ATOMIC_FETCH_AND_ADD = 1 << 6,
    IBV_QP_EX_WITH_LOCAL_INV = 1 << 7,
    IBV_QP_EX_WITH_BIND_MW = 1 << 8,
    IBV_QP_EX_WITH_SEND_WITH_INV = 1 << 9,
    IBV_QP_EX_WITH_TSO = 1 << 10,
    IBV_QP_EX_WITH_ATOMIC_WRITE = 1 << 12,
}

internal unsafe partial struct ibv_rx_hash_conf
{
    [NativeTypeName("uint8_t")]
    public byte rx_hash_function;

    [NativeTypeName("uint8_t")]
    public byte rx_hash_key_len;

    [NativeTypeName("uint8_t *")]
    public byte* rx_hash_key;

    [NativeTypeName("uint64_t")]
    public ulong rx_hash_fields_mask;
}

internal unsafe partial struct ibv_qp_init_attr_ex
{
    public void* qp_context;

    [NativeTypeName("struct ibv_cq *")]
    public ibv_cq* send_cq;

    [NativeTypeName("struct ibv_cq *")]
    public ibv_cq* recv_cq;

    [NativeTypeName("struct ibv_srq *")]
    public ibv_srq* srq;

    [NativeTypeName("struct ibv_qp_cap")]
    public ibv_qp_cap cap;

    [NativeTypeName("enum ibv_qp_type")]
    public ibv_qp_type qp_type;

    public int sq_sig_all;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* pd;

    [NativeTypeName("struct ibv_xrcd *")]
    public ibv_xrcd* xrcd;

    [NativeTypeName("uint32_t")]
    public uint create_flags;

    [NativeTypeName("uint16_t")]
    public ushort max_tso_header;

    [NativeTypeName("struct ibv_rwq_ind_table *")]
    public ibv_rwq_ind_table* rwq_ind_tbl;

    [NativeTypeName("struct ibv_rx_hash_conf")]
    public ibv_rx_hash_conf rx_hash_conf;

    [NativeTypeName("uint32_t")]
    public uint source_qpn;

    [NativeTypeName("uint64_t")]
    public ulong send_ops_flags;
}

[NativeTypeName("unsigned int")]
internal enum ibv_qp_open_attr_mask : uint
{
    IBV_QP_OPEN_ATTR_NUM = 1 << 0,
    IBV_QP_OPEN_ATTR_XRCD = 1 << 1,
    IBV_QP_OPEN_ATTR_CONTEXT = 1 << 2,
    IBV_QP_OPEN_ATTR_TYPE = 1 << 3,
    IBV_QP_OPEN_ATTR_RESERVED = 1 << 4,
}

internal unsafe partial struct ibv_qp_open_attr
{
    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("uint32_t")]
    public uint qp_num;

    [NativeTypeName("struct ibv_xrcd *")]
    public ibv_xrcd* xrcd;

    public void* qp_context;

    [NativeTypeName("enum ibv_qp_type")]
    public ibv_qp_type qp_type;
}

[NativeTypeName("unsigned int")]
internal enum ibv_qp_attr_mask
{
    IBV_QP_STATE = 1 << 0,
    IBV_QP_CUR_STATE = 1 << 1,
    IBV_QP_EN_SQD_ASYNC_NOTIFY = 1 << 2,
    IBV_QP_ACCESS_FLAGS = 1 << 3,
    IBV_QP_PKEY_INDEX = 1 << 4,
    IBV_QP_PORT = 1 << 5,
    IBV_QP_QKEY = 1 << 6,
    IBV_QP_AV = 1 << 7,
    IBV_QP_PATH_MTU = 1 << 8,
    IBV_QP_TIMEOUT = 1 << 9,
    IBV_QP_RETRY_CNT = 1 << 10,
    IBV_QP_RNR_RETRY = 1 << 11,
    IBV_QP_RQ_PSN = 1 << 12,
    IBV_QP_MAX_QP_RD_ATOMIC = 1 << 13,
    IBV_QP_ALT_PATH = 1 << 14,
    IBV_QP_MIN_RNR_TIMER = 1 << 15,
    IBV_QP_SQ_PSN = 1 << 16,
    IBV_QP_MAX_DEST_RD_ATOMIC = 1 << 17,
    IBV_QP_PATH_MIG_STATE = 1 << 18,
    IBV_QP_CAP = 1 << 19,
    IBV_QP_DEST_QPN = 1 << 20,
    IBV_QP_RATE_LIMIT = 1 << 25,
}

[NativeTypeName("unsigned int")]
internal enum ibv_qp_state : uint
{
    IBV_QPS_RESET,
    IBV_QPS_INIT,
    IBV_QPS_RTR,
    IBV_QPS_RTS,
    IBV_QPS_SQD,
    IBV_QPS_SQE,
    IBV_QPS_ERR,
    IBV_QPS_UNKNOWN,
}

[NativeTypeName("unsigned int")]
internal enum ibv_mig_state : uint
{
    IBV_MIG_MIGRATED,
    IBV_MIG_REARM,
    IBV_MIG_ARMED,
}

internal partial struct ibv_qp_attr
{
    [NativeTypeName("enum ibv_qp_state")]
    public ibv_qp_state qp_state;

    [NativeTypeName("enum ibv_qp_state")]
    public ibv_qp_state cur_qp_state;

    [NativeTypeName("enum ibv_mtu")]
    public ibv_mtu path_mtu;

    [NativeTypeName("enum ibv_mig_state")]
    public ibv_mig_state path_mig_state;

    [NativeTypeName("uint32_t")]
    public uint qkey;

    [NativeTypeName("uint32_t")]
    public uint rq_psn;

    [NativeTypeName("uint32_t")]
    public uint sq_psn;

    [NativeTypeName("uint32_t")]
    public uint dest_qp_num;

    [NativeTypeName("unsigned int")]
    public uint qp_access_flags;

    [NativeTypeName("struct ibv_qp_cap")]
    public ibv_qp_cap cap;

    [NativeTypeName("struct ibv_ah_attr")]
    public ibv_ah_attr ah_attr;

    [NativeTypeName("struct ibv_ah_attr")]
    public ibv_ah_attr alt_ah_attr;

    [NativeTypeName("uint16_t")]
    public ushort pkey_index;

    [NativeTypeName("uint16_t")]
    public ushort alt_pkey_index;

    [NativeTypeName("uint8_t")]
    public byte en_sqd_async_notify;

    [NativeTypeName("uint8_t")]
    public byte sq_draining;

    [NativeTypeName("uint8_t")]
    public byte max_rd_atomic;

    [NativeTypeName("uint8_t")]
    public byte max_dest_rd_atomic;

    [NativeTypeName("uint8_t")]
    public byte min_rnr_timer;

    [NativeTypeName("uint8_t")]
    public byte port_num;

    [NativeTypeName("uint8_t")]
    public byte timeout;

    [NativeTypeName("uint8_t")]
    public byte retry_cnt;

    [NativeTypeName("uint8_t")]
    public byte rnr_retry;

    [NativeTypeName("uint8_t")]
    public byte alt_port_num;

    [NativeTypeName("uint8_t")]
    public byte alt_timeout;

    [NativeTypeName("uint32_t")]
    public uint rate_limit;
}

internal partial struct ibv_qp_rate_limit_attr
{
    [NativeTypeName("uint32_t")]
    public uint rate_limit;

    [NativeTypeName("uint32_t")]
    public uint max_burst_sz;

    [NativeTypeName("uint16_t")]
    public ushort typical_pkt_sz;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

[NativeTypeName("unsigned int")]
internal enum ibv_wr_opcode : uint
{
    IBV_WR_RDMA_WRITE,
    IBV_WR_RDMA_WRITE_WITH_IMM,
    IBV_WR_SEND,
    IBV_WR_SEND_WITH_IMM,
    IBV_WR_RDMA_READ,
    IBV_WR_ATOMIC_CMP_AND_SWP,
    IBV_WR_ATOMIC_FETCH_AND_ADD,
    IBV_WR_LOCAL_INV,
    IBV_WR_BIND_MW,
    IBV_WR_SEND_WITH_INV,
    IBV_WR_TSO,
    IBV_WR_DRIVER1,
    IBV_WR_ATOMIC_WRITE = 15,
}

[NativeTypeName("unsigned int")]
internal enum ibv_send_flags : uint
{
    IBV_SEND_FENCE = 1 << 0,
    IBV_SEND_SIGNALED = 1 << 1,
    IBV_SEND_SOLICITED = 1 << 2,
    IBV_SEND_INLINE = 1 << 3,
    IBV_SEND_IP_CSUM = 1 << 4,
}

internal unsafe partial struct ibv_data_buf
{
    public void* addr;

    [NativeTypeName("size_t")]
    public nuint length;
}

internal partial struct ibv_sge
{
    [NativeTypeName("uint64_t")]
    public ulong addr;

    [NativeTypeName("uint32_t")]
    public uint length;

    [NativeTypeName("uint32_t")]
    public uint lkey;
}

internal unsafe partial struct ibv_send_wr
{
    [NativeTypeName("uint64_t")]
    public ulong wr_id;

    [NativeTypeName("struct ibv_send_wr *")]
    public ibv_send_wr* next;

    [NativeTypeName("struct ibv_sge *")]
    public ibv_sge* sg_list;

    public int num_sge;

    [NativeTypeName("enum ibv_wr_opcode")]
    public ibv_wr_opcode opcode;

    [NativeTypeName("unsigned int")]
    public uint send_flags;

    [NativeTypeName("__AnonymousRecord_verbs_L1133_C2")]
    public _Anonymous1_e__Union Anonymous1;

    [NativeTypeName("__AnonymousRecord_verbs_L1137_C2")]
    public _wr_e__Union wr;

    [NativeTypeName("__AnonymousRecord_verbs_L1154_C2")]
    public _qp_type_e__Union qp_type;

    [NativeTypeName("__AnonymousRecord_verbs_L1159_C2")]
    public _Anonymous2_e__Union Anonymous2;

    [UnscopedRef]
    public ref uint imm_data
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous1.imm_data;
        }
    }

    [UnscopedRef]
    public ref uint invalidate_rkey
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous1.invalidate_rkey;
        }
    }

    [UnscopedRef]
    public ref _Anonymous2_e__Union._bind_mw_e__Struct bind_mw
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous2.bind_mw;
        }
    }

    [UnscopedRef]
    public ref _Anonymous2_e__Union._tso_e__Struct tso
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous2.tso;
        }
    }

    [StructLayout(LayoutKind.Explicit)]
    public partial struct _Anonymous1_e__Union
    {
        [FieldOffset(0)]
        [NativeTypeName("__be32")]
        public uint imm_data;

        [FieldOffset(0)]
        [NativeTypeName("uint32_t")]
        public uint invalidate_rkey;
    }

    [StructLayout(LayoutKind.Explicit)]
    public partial struct _wr_e__Union
    {
        [FieldOffset(0)]
        [NativeTypeName("__AnonymousRecord_verbs_L1138_C3")]
        public _rdma_e__Struct rdma;

        [FieldOffset(0)]
        [NativeTypeName("__AnonymousRecord_verbs_L1142_C3")]
        public _atomic_e__Struct atomic;

        [FieldOffset(0)]
        [NativeTypeName("__AnonymousRecord_verbs_L1148_C3")]
        public _ud_e__Struct ud;

        public partial struct _rdma_e__Struct
        {
            [NativeTypeName("uint64_t")]
            public ulong remote_addr;

            [NativeTypeName("uint32_t")]
            public uint rkey;
        }

        public partial struct _atomic_e__Struct
        {
            [NativeTypeName("uint64_t")]
            public ulong remote_addr;

            [NativeTypeName("uint64_t")]
            public ulong compare_add;

            [NativeTypeName("uint64_t")]
            public ulong swap;

            [NativeTypeName("uint32_t")]
            public uint rkey;
        }

        public unsafe partial struct _ud_e__Struct
        {
            [NativeTypeName("struct ibv_ah *")]
            public ibv_ah* ah;

            [NativeTypeName("uint32_t")]
            public uint remote_qpn;

            [NativeTypeName("uint32_t")]
            public uint remote_qkey;
        }
    }

    [StructLayout(LayoutKind.Explicit)]
    public partial struct _qp_type_e__Union
    {
        [FieldOffset(0)]
        [NativeTypeName("__AnonymousRecord_verbs_L1155_C3")]
        public _xrc_e__Struct xrc;

        public partial struct _xrc_e__Struct
        {
            [NativeTypeName("uint32_t")]
            public uint remote_srqn;
        }
    }

    [StructLayout(LayoutKind.Explicit)]
    public partial struct _Anonymous2_e__Union
    {
        [FieldOffset(0)]
        [NativeTypeName("__AnonymousRecord_verbs_L1160_C3")]
        public _bind_mw_e__Struct bind_mw;

        [FieldOffset(0)]
        [NativeTypeName("__AnonymousRecord_verbs_L1165_C3")]
        public _tso_e__Struct tso;

        public unsafe partial struct _bind_mw_e__Struct
        {
            [NativeTypeName("struct ibv_mw *")]
            public ibv_mw* mw;

            [NativeTypeName("uint32_t")]
            public uint rkey;

            [NativeTypeName("struct ibv_mw_bind_info")]
            public ibv_mw_bind_info bind_info;
        }

        public unsafe partial struct _tso_e__Struct
        {
            public void* hdr;

            [NativeTypeName("uint16_t")]
            public ushort hdr_sz;

            [NativeTypeName("uint16_t")]
            public ushort mss;
        }
    }
}

internal unsafe partial struct ibv_recv_wr
{
    [NativeTypeName("uint64_t")]
    public ulong wr_id;

    [NativeTypeName("struct ibv_recv_wr *")]
    public ibv_recv_wr* next;

    [NativeTypeName("struct ibv_sge *")]
    public ibv_sge* sg_list;

    public int num_sge;
}

[NativeTypeName("unsigned int")]
internal enum ibv_ops_wr_opcode : uint
{
    IBV_WR_TAG_ADD,
    IBV_WR_TAG_DEL,
    IBV_WR_TAG_SYNC,
}

[NativeTypeName("unsigned int")]
internal enum ibv_ops_flags : uint
{
    IBV_OPS_SIGNALED = 1 << 0,
    IBV_OPS_TM_SYNC = 1 << 1,
}

internal unsafe partial struct ibv_ops_wr
{
    [NativeTypeName("uint64_t")]
    public ulong wr_id;

    [NativeTypeName("struct ibv_ops_wr *")]
    public ibv_ops_wr* next;

    [NativeTypeName("enum ibv_ops_wr_opcode")]
    public ibv_ops_wr_opcode opcode;

    public int flags;

    [NativeTypeName("__AnonymousRecord_verbs_L1196_C2")]
    public _tm_e__Struct tm;

    public partial struct _tm_e__Struct
    {
        [NativeTypeName("uint32_t")]
        public uint unexpected_cnt;

        [NativeTypeName("uint32_t")]
        public uint handle;

        [NativeTypeName("__AnonymousRecord_verbs_L1199_C3")]
        public _add_e__Struct add;

        public unsafe partial struct _add_e__Struct
        {
            [NativeTypeName("uint64_t")]
            public ulong recv_wr_id;

            [NativeTypeName("struct ibv_sge *")]
            public ibv_sge* sg_list;

            public int num_sge;

            [NativeTypeName("uint64_t")]
            public ulong tag;

            [NativeTypeName("uint64_t")]
            public ulong mask;
        }
    }
}

internal partial struct ibv_mw_bind
{
    [NativeTypeName("uint64_t")]
    public ulong wr_id;

    [NativeTypeName("unsigned int")]
    public uint send_flags;

    [NativeTypeName("struct ibv_mw_bind_info")]
    public ibv_mw_bind_info bind_info;
}

internal unsafe partial struct ibv_srq
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    public void* srq_context;

    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* pd;

    [NativeTypeName("uint32_t")]
    public uint handle;

    public pthread_mutex_t mutex;

    public pthread_cond_t cond;

    [NativeTypeName("uint32_t")]
    public uint events_completed;
}

internal unsafe partial struct ibv_wq
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    public void* wq_context;

    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* pd;

    [NativeTypeName("struct ibv_cq *")]
    public ibv_cq* cq;

    [NativeTypeName("uint32_t")]
    public uint wq_num;

    [NativeTypeName("uint32_t")]
    public uint handle;

    [NativeTypeName("enum ibv_wq_state")]
    public ibv_wq_state state;

    [NativeTypeName("enum ibv_wq_type")]
    public ibv_wq_type wq_type;

    [NativeTypeName("int (*)(struct ibv_wq *, struct ibv_recv_wr *, struct ibv_recv_wr **)")]
    public delegate* unmanaged[Cdecl]<ibv_wq*, ibv_recv_wr*, ibv_recv_wr**, int> post_recv;

    public pthread_mutex_t mutex;

    public pthread_cond_t cond;

    [NativeTypeName("uint32_t")]
    public uint events_completed;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

internal unsafe partial struct ibv_qp
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    public void* qp_context;

    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* pd;

    [NativeTypeName("struct ibv_cq *")]
    public ibv_cq* send_cq;

    [NativeTypeName("struct ibv_cq *")]
    public ibv_cq* recv_cq;

    [NativeTypeName("struct ibv_srq *")]
    public ibv_srq* srq;

    [NativeTypeName("uint32_t")]
    public uint handle;

    [NativeTypeName("uint32_t")]
    public uint qp_num;

    [NativeTypeName("enum ibv_qp_state")]
    public ibv_qp_state state;

    [NativeTypeName("enum ibv_qp_type")]
    public ibv_qp_type qp_type;

    public pthread_mutex_t mutex;

    public pthread_cond_t cond;

    [NativeTypeName("uint32_t")]
    public uint events_completed;
}

internal unsafe partial struct ibv_qp_ex
{
    [NativeTypeName("struct ibv_qp")]
    public ibv_qp qp_base;

    [NativeTypeName("uint64_t")]
    public ulong comp_mask;

    [NativeTypeName("uint64_t")]
    public ulong wr_id;

    [NativeTypeName("unsigned int")]
    public uint wr_flags;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, uint32_t, uint64_t, uint64_t, uint64_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, ulong, ulong, ulong, void> wr_atomic_cmp_swp;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, uint32_t, uint64_t, uint64_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, ulong, ulong, void> wr_atomic_fetch_add;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, struct ibv_mw *, uint32_t, const struct ibv_mw_bind_info *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, ibv_mw*, uint, ibv_mw_bind_info*, void> wr_bind_mw;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, uint32_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, void> wr_local_inv;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, uint32_t, uint64_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, ulong, void> wr_rdma_read;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, uint32_t, uint64_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, ulong, void> wr_rdma_write;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, uint32_t, uint64_t, __be32)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, ulong, uint, void> wr_rdma_write_imm;

    [NativeTypeName("void (*)(struct ibv_qp_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, void> wr_send;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, __be32)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, void> wr_send_imm;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, uint32_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, void> wr_send_inv;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, void *, uint16_t, uint16_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, void*, ushort, ushort, void> wr_send_tso;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, struct ibv_ah *, uint32_t, uint32_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, ibv_ah*, uint, uint, void> wr_set_ud_addr;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, uint32_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, void> wr_set_xrc_srqn;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, void *, size_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, void*, nuint, void> wr_set_inline_data;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, size_t, const struct ibv_data_buf *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, nuint, ibv_data_buf*, void> wr_set_inline_data_list;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, uint32_t, uint64_t, uint32_t)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, ulong, uint, void> wr_set_sge;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, size_t, const struct ibv_sge *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, nuint, ibv_sge*, void> wr_set_sge_list;

    [NativeTypeName("void (*)(struct ibv_qp_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, void> wr_start;

    [NativeTypeName("int (*)(struct ibv_qp_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, int> wr_complete;

    [NativeTypeName("void (*)(struct ibv_qp_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, void> wr_abort;

    [NativeTypeName("void (*)(struct ibv_qp_ex *, uint32_t, uint64_t, const void *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp_ex*, uint, ulong, void*, void> wr_atomic_write;
}

internal partial struct ibv_ece
{
    [NativeTypeName("uint32_t")]
    public uint vendor_id;

    [NativeTypeName("uint32_t")]
    public uint options;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

internal unsafe partial struct ibv_comp_channel
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    public int fd;

    public int refcnt;
}

internal unsafe partial struct ibv_cq
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    [NativeTypeName("struct ibv_comp_channel *")]
    public ibv_comp_channel* channel;

    public void* cq_context;

    [NativeTypeName("uint32_t")]
    public uint handle;

    public int cqe;

    public pthread_mutex_t mutex;

    public pthread_cond_t cond;

    [NativeTypeName("uint32_t")]
    public uint comp_events_completed;

    [NativeTypeName("uint32_t")]
    public uint async_events_completed;
}

internal partial struct ibv_poll_cq_attr
{
    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

internal partial struct ibv_wc_tm_info
{
    [NativeTypeName("uint64_t")]
    public ulong tag;

    [NativeTypeName("uint32_t")]
    public uint priv;
}

internal unsafe partial struct ibv_cq_ex
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    [NativeTypeName("struct ibv_comp_channel *")]
    public ibv_comp_channel* channel;

    public void* cq_context;

    [NativeTypeName("uint32_t")]
    public uint handle;

    public int cqe;

    public pthread_mutex_t mutex;

    public pthread_cond_t cond;

    [NativeTypeName("uint32_t")]
    public uint comp_events_completed;

    [NativeTypeName("uint32_t")]
    public uint async_events_completed;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("enum ibv_wc_status")]
    public ibv_wc_status status;

    [NativeTypeName("uint64_t")]
    public ulong wr_id;

    [NativeTypeName("int (*)(struct ibv_cq_ex *, struct ibv_poll_cq_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, ibv_poll_cq_attr*, int> start_poll;

    [NativeTypeName("int (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, int> next_poll;

    [NativeTypeName("void (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, void> end_poll;

    [NativeTypeName("enum ibv_wc_opcode (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, ibv_wc_opcode> read_opcode;

    [NativeTypeName("uint32_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, uint> read_vendor_err;

    [NativeTypeName("uint32_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, uint> read_byte_len;

    [NativeTypeName("__be32 (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, uint> read_imm_data;

    [NativeTypeName("uint32_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, uint> read_qp_num;

    [NativeTypeName("uint32_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, uint> read_src_qp;

    [NativeTypeName("unsigned int (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, uint> read_wc_flags;

    [NativeTypeName("uint32_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, uint> read_slid;

    [NativeTypeName("uint8_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, byte> read_sl;

    [NativeTypeName("uint8_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, byte> read_dlid_path_bits;

    [NativeTypeName("uint64_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, ulong> read_completion_ts;

    [NativeTypeName("uint16_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, ushort> read_cvlan;

    [NativeTypeName("uint32_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, uint> read_flow_tag;

    [NativeTypeName("void (*)(struct ibv_cq_ex *, struct ibv_wc_tm_info *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, ibv_wc_tm_info*, void> read_tm_info;

    [NativeTypeName("uint64_t (*)(struct ibv_cq_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq_ex*, ulong> read_completion_wallclock_ns;
}

[NativeTypeName("unsigned int")]
internal enum ibv_cq_attr_mask : uint
{
    IBV_CQ_ATTR_MODERATE = 1 << 0,
    IBV_CQ_ATTR_RESERVED = 1 << 1,
}

internal partial struct ibv_moderate_cq
{
    [NativeTypeName("uint16_t")]
    public ushort cq_count;

    [NativeTypeName("uint16_t")]
    public ushort cq_period;
}

internal partial struct ibv_modify_cq_attr
{
    [NativeTypeName("uint32_t")]
    public uint attr_mask;

    [NativeTypeName("struct ibv_moderate_cq")]
    public ibv_moderate_cq moderate;
}

internal unsafe partial struct ibv_ah
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* pd;

    [NativeTypeName("uint32_t")]
    public uint handle;
}

[NativeTypeName("unsigned int")]
internal enum ibv_flow_flags : uint
{
    IBV_FLOW_ATTR_FLAGS_DONT_TRAP = 1 << 1,
    IBV_FLOW_ATTR_FLAGS_EGRESS = 1 << 2,
}

[NativeTypeName("unsigned int")]
internal enum ibv_flow_attr_type : uint
{
    IBV_FLOW_ATTR_NORMAL = 0x0,
    IBV_FLOW_ATTR_ALL_DEFAULT = 0x1,
    IBV_FLOW_ATTR_MC_DEFAULT = 0x2,
    IBV_FLOW_ATTR_SNIFFER = 0x3,
}

[NativeTypeName("unsigned int")]
internal enum ibv_flow_spec_type : uint
{
    IBV_FLOW_SPEC_ETH = 0x20,
    IBV_FLOW_SPEC_IPV4 = 0x30,
    IBV_FLOW_SPEC_IPV6 = 0x31,
    IBV_FLOW_SPEC_IPV4_EXT = 0x32,
    IBV_FLOW_SPEC_ESP = 0x34,
    IBV_FLOW_SPEC_TCP = 0x40,
    IBV_FLOW_SPEC_UDP = 0x41,
    IBV_FLOW_SPEC_VXLAN_TUNNEL = 0x50,
    IBV_FLOW_SPEC_GRE = 0x51,
    IBV_FLOW_SPEC_MPLS = 0x60,
    IBV_FLOW_SPEC_INNER = 0x100,
    IBV_FLOW_SPEC_ACTION_TAG = 0x1000,
    IBV_FLOW_SPEC_ACTION_DROP = 0x1001,
    IBV_FLOW_SPEC_ACTION_HANDLE = 0x1002,
    IBV_FLOW_SPEC_ACTION_COUNT = 0x1003,
}

internal partial struct ibv_flow_eth_filter
{
    [NativeTypeName("uint8_t[6]")]
    public _dst_mac_e__FixedBuffer dst_mac;

    [NativeTypeName("uint8_t[6]")]
    public _src_mac_e__FixedBuffer src_mac;

    [NativeTypeName("uint16_t")]
    public ushort ether_type;

    [NativeTypeName("uint16_t")]
    public ushort vlan_tag;

    [InlineArray(6)]
    public partial struct _dst_mac_e__FixedBuffer
    {
        public byte e0;
    }

    [InlineArray(6)]
    public partial struct _src_mac_e__FixedBuffer
    {
        public byte e0;
    }
}

internal partial struct ibv_flow_spec_eth
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("struct ibv_flow_eth_filter")]
    public ibv_flow_eth_filter val;

    [NativeTypeName("struct ibv_flow_eth_filter")]
    public ibv_flow_eth_filter mask;
}

internal partial struct ibv_flow_ipv4_filter
{
    [NativeTypeName("uint32_t")]
    public uint src_ip;

    [NativeTypeName("uint32_t")]
    public uint dst_ip;
}

internal partial struct ibv_flow_spec_ipv4
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("struct ibv_flow_ipv4_filter")]
    public ibv_flow_ipv4_filter val;

    [NativeTypeName("struct ibv_flow_ipv4_filter")]
    public ibv_flow_ipv4_filter mask;
}

internal partial struct ibv_flow_ipv4_ext_filter
{
    [NativeTypeName("uint32_t")]
    public uint src_ip;

    [NativeTypeName("uint32_t")]
    public uint dst_ip;

    [NativeTypeName("uint8_t")]
    public byte proto;

    [NativeTypeName("uint8_t")]
    public byte tos;

    [NativeTypeName("uint8_t")]
    public byte ttl;

    [NativeTypeName("uint8_t")]
    public byte flags;
}

internal partial struct ibv_flow_spec_ipv4_ext
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("struct ibv_flow_ipv4_ext_filter")]
    public ibv_flow_ipv4_ext_filter val;

    [NativeTypeName("struct ibv_flow_ipv4_ext_filter")]
    public ibv_flow_ipv4_ext_filter mask;
}

internal partial struct ibv_flow_ipv6_filter
{
    [NativeTypeName("uint8_t[16]")]
    public _src_ip_e__FixedBuffer src_ip;

    [NativeTypeName("uint8_t[16]")]
    public _dst_ip_e__FixedBuffer dst_ip;

    [NativeTypeName("uint32_t")]
    public uint flow_label;

    [NativeTypeName("uint8_t")]
    public byte next_hdr;

    [NativeTypeName("uint8_t")]
    public byte traffic_class;

    [NativeTypeName("uint8_t")]
    public byte hop_limit;

    [InlineArray(16)]
    public partial struct _src_ip_e__FixedBuffer
    {
        public byte e0;
    }

    [InlineArray(16)]
    public partial struct _dst_ip_e__FixedBuffer
    {
        public byte e0;
    }
}

internal partial struct ibv_flow_spec_ipv6
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("struct ibv_flow_ipv6_filter")]
    public ibv_flow_ipv6_filter val;

    [NativeTypeName("struct ibv_flow_ipv6_filter")]
    public ibv_flow_ipv6_filter mask;
}

internal partial struct ibv_flow_esp_filter
{
    [NativeTypeName("uint32_t")]
    public uint spi;

    [NativeTypeName("uint32_t")]
    public uint seq;
}

internal partial struct ibv_flow_spec_esp
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("struct ibv_flow_esp_filter")]
    public ibv_flow_esp_filter val;

    [NativeTypeName("struct ibv_flow_esp_filter")]
    public ibv_flow_esp_filter mask;
}

internal partial struct ibv_flow_tcp_udp_filter
{
    [NativeTypeName("uint16_t")]
    public ushort dst_port;

    [NativeTypeName("uint16_t")]
    public ushort src_port;
}

internal partial struct ibv_flow_spec_tcp_udp
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("struct ibv_flow_tcp_udp_filter")]
    public ibv_flow_tcp_udp_filter val;

    [NativeTypeName("struct ibv_flow_tcp_udp_filter")]
    public ibv_flow_tcp_udp_filter mask;
}

internal partial struct ibv_flow_gre_filter
{
    [NativeTypeName("uint16_t")]
    public ushort c_ks_res0_ver;

    [NativeTypeName("uint16_t")]
    public ushort protocol;

    [NativeTypeName("uint32_t")]
    public uint key;
}

internal partial struct ibv_flow_spec_gre
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("struct ibv_flow_gre_filter")]
    public ibv_flow_gre_filter val;

    [NativeTypeName("struct ibv_flow_gre_filter")]
    public ibv_flow_gre_filter mask;
}

internal partial struct ibv_flow_mpls_filter
{
    [NativeTypeName("uint32_t")]
    public uint label;
}

internal partial struct ibv_flow_spec_mpls
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("struct ibv_flow_mpls_filter")]
    public ibv_flow_mpls_filter val;

    [NativeTypeName("struct ibv_flow_mpls_filter")]
    public ibv_flow_mpls_filter mask;
}

internal partial struct ibv_flow_tunnel_filter
{
    [NativeTypeName("uint32_t")]
    public uint tunnel_id;
}

internal partial struct ibv_flow_spec_tunnel
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("struct ibv_flow_tunnel_filter")]
    public ibv_flow_tunnel_filter val;

    [NativeTypeName("struct ibv_flow_tunnel_filter")]
    public ibv_flow_tunnel_filter mask;
}

internal partial struct ibv_flow_spec_action_tag
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("uint32_t")]
    public uint tag_id;
}

internal partial struct ibv_flow_spec_action_drop
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;
}

internal unsafe partial struct ibv_flow_spec_action_handle
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("const struct ibv_flow_action *")]
    public ibv_flow_action* action;
}

internal unsafe partial struct ibv_flow_spec_counter_action
{
    [NativeTypeName("enum ibv_flow_spec_type")]
    public ibv_flow_spec_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("struct ibv_counters *")]
    public ibv_counters* counters;
}

internal partial struct ibv_flow_spec
{
    [NativeTypeName("__AnonymousRecord_verbs_L1860_C2")]
    public _Anonymous_e__Union Anonymous;

    [UnscopedRef]
    public ref _Anonymous_e__Union._hdr_e__Struct hdr
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.hdr;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_eth eth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.eth;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_ipv4 ipv4
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.ipv4;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_tcp_udp tcp_udp
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.tcp_udp;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_ipv4_ext ipv4_ext
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.ipv4_ext;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_ipv6 ipv6
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.ipv6;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_esp esp
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.esp;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_tunnel tunnel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.tunnel;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_gre gre
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.gre;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_mpls mpls
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.mpls;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_action_tag flow_tag
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.flow_tag;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_action_drop drop
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.drop;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_action_handle handle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.handle;
        }
    }

    [UnscopedRef]
    public ref ibv_flow_spec_counter_action flow_count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            return ref Anonymous.flow_count;
        }
    }

    [StructLayout(LayoutKind.Explicit)]
    public partial struct _Anonymous_e__Union
    {
        [FieldOffset(0)]
        [NativeTypeName("__AnonymousRecord_verbs_L1861_C3")]
        public _hdr_e__Struct hdr;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_eth")]
        public ibv_flow_spec_eth eth;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_ipv4")]
        public ibv_flow_spec_ipv4 ipv4;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_tcp_udp")]
        public ibv_flow_spec_tcp_udp tcp_udp;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_ipv4_ext")]
        public ibv_flow_spec_ipv4_ext ipv4_ext;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_ipv6")]
        public ibv_flow_spec_ipv6 ipv6;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_esp")]
        public ibv_flow_spec_esp esp;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_tunnel")]
        public ibv_flow_spec_tunnel tunnel;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_gre")]
        public ibv_flow_spec_gre gre;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_mpls")]
        public ibv_flow_spec_mpls mpls;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_action_tag")]
        public ibv_flow_spec_action_tag flow_tag;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_action_drop")]
        public ibv_flow_spec_action_drop drop;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_action_handle")]
        public ibv_flow_spec_action_handle handle;

        [FieldOffset(0)]
        [NativeTypeName("struct ibv_flow_spec_counter_action")]
        public ibv_flow_spec_counter_action flow_count;

        public partial struct _hdr_e__Struct
        {
            [NativeTypeName("enum ibv_flow_spec_type")]
            public ibv_flow_spec_type type;

            [NativeTypeName("uint16_t")]
            public ushort size;
        }
    }
}

internal partial struct ibv_flow_attr
{
    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("enum ibv_flow_attr_type")]
    public ibv_flow_attr_type type;

    [NativeTypeName("uint16_t")]
    public ushort size;

    [NativeTypeName("uint16_t")]
    public ushort priority;

    [NativeTypeName("uint8_t")]
    public byte num_of_specs;

    [NativeTypeName("uint8_t")]
    public byte port;

    [NativeTypeName("uint32_t")]
    public uint flags;
}

internal unsafe partial struct ibv_flow
{
    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;

    [NativeTypeName("uint32_t")]
    public uint handle;
}

internal unsafe partial struct ibv_flow_action
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;
}

[NativeTypeName("unsigned int")]
internal enum ibv_flow_action_esp_mask : uint
{
    IBV_FLOW_ACTION_ESP_MASK_ESN = 1U << 0,
}

internal unsafe partial struct ibv_flow_action_esp_attr
{
    [NativeTypeName("struct ib_uverbs_flow_action_esp *")]
    public ib_uverbs_flow_action_esp* esp_attr;

    [NativeTypeName("enum ib_uverbs_flow_action_esp_keymat")]
    public ib_uverbs_flow_action_esp_keymat keymat_proto;

    [NativeTypeName("uint16_t")]
    public ushort keymat_len;

    public void* keymat_ptr;

    [NativeTypeName("enum ib_uverbs_flow_action_esp_replay")]
    public ib_uverbs_flow_action_esp_replay replay_proto;

    [NativeTypeName("uint16_t")]
    public ushort replay_len;

    public void* replay_ptr;

    [NativeTypeName("struct ib_uverbs_flow_action_esp_encap *")]
    public ib_uverbs_flow_action_esp_encap* esp_encap;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("uint32_t")]
    public uint esn;
}

internal unsafe partial struct _ibv_device_ops
{
    [NativeTypeName("struct ibv_context *(*)(struct ibv_device *, int)")]
    public delegate* unmanaged[Cdecl]<ibv_device*, int, ibv_context*> _dummy1;

    [NativeTypeName("void (*)(struct ibv_context *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, void> _dummy2;
}

internal partial struct ibv_device
{
    [NativeTypeName("struct _ibv_device_ops")]
    public _ibv_device_ops _ops;

    [NativeTypeName("enum ibv_node_type")]
    public ibv_node_type node_type;

    [NativeTypeName("enum ibv_transport_type")]
    public ibv_transport_type transport_type;

    [NativeTypeName("char[64]")]
    public _name_e__FixedBuffer name;

    [NativeTypeName("char[64]")]
    public _dev_name_e__FixedBuffer dev_name;

    [NativeTypeName("char[256]")]
    public _dev_path_e__FixedBuffer dev_path;

    [NativeTypeName("char[256]")]
    public _ibdev_path_e__FixedBuffer ibdev_path;

    [InlineArray(64)]
    public partial struct _name_e__FixedBuffer
    {
        public sbyte e0;
    }

    [InlineArray(64)]
    public partial struct _dev_name_e__FixedBuffer
    {
        public sbyte e0;
    }

    [InlineArray(256)]
    public partial struct _dev_path_e__FixedBuffer
    {
        public sbyte e0;
    }

    [InlineArray(256)]
    public partial struct _ibdev_path_e__FixedBuffer
    {
        public sbyte e0;
    }
}

internal partial struct _compat_ibv_port_attr
{
}

internal unsafe partial struct ibv_context_ops
{
    [NativeTypeName("int (*)(struct ibv_context *, struct ibv_device_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_device_attr*, int> _compat_query_device;

    [NativeTypeName("int (*)(struct ibv_context *, uint8_t, struct _compat_ibv_port_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, byte, _compat_ibv_port_attr*, int> _compat_query_port;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_alloc_pd;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_dealloc_pd;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_reg_mr;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_rereg_mr;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_dereg_mr;

    [NativeTypeName("struct ibv_mw *(*)(struct ibv_pd *, enum ibv_mw_type)")]
    public delegate* unmanaged[Cdecl]<ibv_pd*, ibv_mw_type, ibv_mw*> alloc_mw;

    [NativeTypeName("int (*)(struct ibv_qp *, struct ibv_mw *, struct ibv_mw_bind *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp*, ibv_mw*, ibv_mw_bind*, int> bind_mw;

    [NativeTypeName("int (*)(struct ibv_mw *)")]
    public delegate* unmanaged[Cdecl]<ibv_mw*, int> dealloc_mw;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_create_cq;

    [NativeTypeName("int (*)(struct ibv_cq *, int, struct ibv_wc *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq*, int, ibv_wc*, int> poll_cq;

    [NativeTypeName("int (*)(struct ibv_cq *, int)")]
    public delegate* unmanaged[Cdecl]<ibv_cq*, int, int> req_notify_cq;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_cq_event;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_resize_cq;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_destroy_cq;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_create_srq;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_modify_srq;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_query_srq;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_destroy_srq;

    [NativeTypeName("int (*)(struct ibv_srq *, struct ibv_recv_wr *, struct ibv_recv_wr **)")]
    public delegate* unmanaged[Cdecl]<ibv_srq*, ibv_recv_wr*, ibv_recv_wr**, int> post_srq_recv;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_create_qp;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_query_qp;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_modify_qp;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_destroy_qp;

    [NativeTypeName("int (*)(struct ibv_qp *, struct ibv_send_wr *, struct ibv_send_wr **)")]
    public delegate* unmanaged[Cdecl]<ibv_qp*, ibv_send_wr*, ibv_send_wr**, int> post_send;

    [NativeTypeName("int (*)(struct ibv_qp *, struct ibv_recv_wr *, struct ibv_recv_wr **)")]
    public delegate* unmanaged[Cdecl]<ibv_qp*, ibv_recv_wr*, ibv_recv_wr**, int> post_recv;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_create_ah;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_destroy_ah;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_attach_mcast;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_detach_mcast;

    [NativeTypeName("void *(*)()")]
    public delegate* unmanaged[Cdecl]<void*> _compat_async_event;
}

internal unsafe partial struct ibv_context
{
    [NativeTypeName("struct ibv_device *")]
    public ibv_device* device;

    [NativeTypeName("struct ibv_context_ops")]
    public ibv_context_ops ops;

    public int cmd_fd;

    public int async_fd;

    public int num_comp_vectors;

    public pthread_mutex_t mutex;

    public void* abi_compat;
}

[NativeTypeName("unsigned int")]
internal enum ibv_cq_init_attr_mask : uint
{
    IBV_CQ_INIT_ATTR_MASK_FLAGS = 1 << 0,
    IBV_CQ_INIT_ATTR_MASK_PD = 1 << 1,
}

[NativeTypeName("unsigned int")]
internal enum ibv_create_cq_attr_flags : uint
{
    IBV_CREATE_CQ_ATTR_SINGLE_THREADED = 1 << 0,
    IBV_CREATE_CQ_ATTR_IGNORE_OVERRUN = 1 << 1,
}

internal unsafe partial struct ibv_cq_init_attr_ex
{
    [NativeTypeName("uint32_t")]
    public uint cqe;

    public void* cq_context;

    [NativeTypeName("struct ibv_comp_channel *")]
    public ibv_comp_channel* channel;

    [NativeTypeName("uint32_t")]
    public uint comp_vector;

    [NativeTypeName("uint64_t")]
    public ulong wc_flags;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("uint32_t")]
    public uint flags;

    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* parent_domain;
}

[NativeTypeName("unsigned int")]
internal enum ibv_parent_domain_init_attr_mask : uint
{
    IBV_PARENT_DOMAIN_INIT_ATTR_ALLOCATORS = 1 << 0,
    IBV_PARENT_DOMAIN_INIT_ATTR_PD_CONTEXT = 1 << 1,
}

internal unsafe partial struct ibv_parent_domain_init_attr
{
    [NativeTypeName("struct ibv_pd *")]
    public ibv_pd* pd;

    [NativeTypeName("struct ibv_td *")]
    public ibv_td* td;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("void *(*)(struct ibv_pd *, void *, size_t, size_t, uint64_t)")]
    public delegate* unmanaged[Cdecl]<ibv_pd*, void*, nuint, nuint, ulong, void*> alloc;

    [NativeTypeName("void (*)(struct ibv_pd *, void *, void *, uint64_t)")]
    public delegate* unmanaged[Cdecl]<ibv_pd*, void*, void*, ulong, void> free;

    public void* pd_context;
}

internal partial struct ibv_counters_init_attr
{
    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

internal unsafe partial struct ibv_counters
{
    [NativeTypeName("struct ibv_context *")]
    public ibv_context* context;
}

[NativeTypeName("unsigned int")]
internal enum ibv_counter_description : uint
{
    IBV_COUNTER_PACKETS,
    IBV_COUNTER_BYTES,
}

internal partial struct ibv_counter_attach_attr
{
    [NativeTypeName("enum ibv_counter_description")]
    public ibv_counter_description counter_desc;

    [NativeTypeName("uint32_t")]
    public uint index;

    [NativeTypeName("uint32_t")]
    public uint comp_mask;
}

[NativeTypeName("unsigned int")]
internal enum ibv_read_counters_flags : uint
{
    IBV_READ_COUNTERS_ATTR_PREFER_CACHED = 1 << 0,
}

[NativeTypeName("unsigned int")]
internal enum ibv_values_mask : uint
{
    IBV_VALUES_MASK_RAW_CLOCK = 1 << 0,
    IBV_VALUES_MASK_RESERVED = 1 << 1,
}

internal partial struct ibv_values_ex
{
    [NativeTypeName("uint32_t")]
    public uint comp_mask;

    [NativeTypeName("struct timespec")]
    public @timespec raw_clock;
}

internal unsafe partial struct verbs_context
{
    [NativeTypeName("int (*)(struct ibv_context *, uint8_t, struct ibv_port_attr *, size_t)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, byte, ibv_port_attr*, nuint, int> query_port;

    [NativeTypeName("int (*)(struct ibv_pd *, enum ib_uverbs_advise_mr_advice, uint32_t, struct ibv_sge *, uint32_t)")]
    public delegate* unmanaged[Cdecl]<ibv_pd*, ib_uverbs_advise_mr_advice, uint, ibv_sge*, uint, int> advise_mr;

    [NativeTypeName("struct ibv_mr *(*)(struct ibv_pd *)")]
    public delegate* unmanaged[Cdecl]<ibv_pd*, ibv_mr*> alloc_null_mr;

    [NativeTypeName("int (*)(struct ibv_counters *, uint64_t *, uint32_t, uint32_t)")]
    public delegate* unmanaged[Cdecl]<ibv_counters*, ulong*, uint, uint, int> read_counters;

    [NativeTypeName("int (*)(struct ibv_counters *, struct ibv_counter_attach_attr *, struct ibv_flow *)")]
    public delegate* unmanaged[Cdecl]<ibv_counters*, ibv_counter_attach_attr*, ibv_flow*, int> attach_counters_point_flow;

    [NativeTypeName("struct ibv_counters *(*)(struct ibv_context *, struct ibv_counters_init_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_counters_init_attr*, ibv_counters*> create_counters;

    [NativeTypeName("int (*)(struct ibv_counters *)")]
    public delegate* unmanaged[Cdecl]<ibv_counters*, int> destroy_counters;

    [NativeTypeName("struct ibv_mr *(*)(struct ibv_pd *, struct ibv_dm *, uint64_t, size_t, unsigned int)")]
    public delegate* unmanaged[Cdecl]<ibv_pd*, ibv_dm*, ulong, nuint, uint, ibv_mr*> reg_dm_mr;

    [NativeTypeName("struct ibv_dm *(*)(struct ibv_context *, struct ibv_alloc_dm_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_alloc_dm_attr*, ibv_dm*> alloc_dm;

    [NativeTypeName("int (*)(struct ibv_dm *)")]
    public delegate* unmanaged[Cdecl]<ibv_dm*, int> free_dm;

    [NativeTypeName("int (*)(struct ibv_flow_action *, struct ibv_flow_action_esp_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_flow_action*, ibv_flow_action_esp_attr*, int> modify_flow_action_esp;

    [NativeTypeName("int (*)(struct ibv_flow_action *)")]
    public delegate* unmanaged[Cdecl]<ibv_flow_action*, int> destroy_flow_action;

    [NativeTypeName("struct ibv_flow_action *(*)(struct ibv_context *, struct ibv_flow_action_esp_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_flow_action_esp_attr*, ibv_flow_action*> create_flow_action_esp;

    [NativeTypeName("int (*)(struct ibv_qp *, struct ibv_qp_rate_limit_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp*, ibv_qp_rate_limit_attr*, int> modify_qp_rate_limit;

    [NativeTypeName("struct ibv_pd *(*)(struct ibv_context *, struct ibv_parent_domain_init_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_parent_domain_init_attr*, ibv_pd*> alloc_parent_domain;

    [NativeTypeName("int (*)(struct ibv_td *)")]
    public delegate* unmanaged[Cdecl]<ibv_td*, int> dealloc_td;

    [NativeTypeName("struct ibv_td *(*)(struct ibv_context *, struct ibv_td_init_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_td_init_attr*, ibv_td*> alloc_td;

    [NativeTypeName("int (*)(struct ibv_cq *, struct ibv_modify_cq_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_cq*, ibv_modify_cq_attr*, int> modify_cq;

    [NativeTypeName("int (*)(struct ibv_srq *, struct ibv_ops_wr *, struct ibv_ops_wr **)")]
    public delegate* unmanaged[Cdecl]<ibv_srq*, ibv_ops_wr*, ibv_ops_wr**, int> post_srq_ops;

    [NativeTypeName("int (*)(struct ibv_rwq_ind_table *)")]
    public delegate* unmanaged[Cdecl]<ibv_rwq_ind_table*, int> destroy_rwq_ind_table;

    [NativeTypeName("struct ibv_rwq_ind_table *(*)(struct ibv_context *, struct ibv_rwq_ind_table_init_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_rwq_ind_table_init_attr*, ibv_rwq_ind_table*> create_rwq_ind_table;

    [NativeTypeName("int (*)(struct ibv_wq *)")]
    public delegate* unmanaged[Cdecl]<ibv_wq*, int> destroy_wq;

    [NativeTypeName("int (*)(struct ibv_wq *, struct ibv_wq_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_wq*, ibv_wq_attr*, int> modify_wq;

    [NativeTypeName("struct ibv_wq *(*)(struct ibv_context *, struct ibv_wq_init_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_wq_init_attr*, ibv_wq*> create_wq;

    [NativeTypeName("int (*)(struct ibv_context *, struct ibv_values_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_values_ex*, int> query_rt_values;

    [NativeTypeName("struct ibv_cq_ex *(*)(struct ibv_context *, struct ibv_cq_init_attr_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_cq_init_attr_ex*, ibv_cq_ex*> create_cq_ex;

    [NativeTypeName("struct verbs_ex_private *")]
    public verbs_ex_private* priv;

    [NativeTypeName("int (*)(struct ibv_context *, const struct ibv_query_device_ex_input *, struct ibv_device_attr_ex *, size_t)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_query_device_ex_input*, ibv_device_attr_ex*, nuint, int> query_device_ex;

    [NativeTypeName("int (*)(struct ibv_flow *)")]
    public delegate* unmanaged[Cdecl]<ibv_flow*, int> ibv_destroy_flow;

    [NativeTypeName("void (*)()")]
    public delegate* unmanaged[Cdecl]<void> ABI_placeholder2;

    [NativeTypeName("struct ibv_flow *(*)(struct ibv_qp *, struct ibv_flow_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_qp*, ibv_flow_attr*, ibv_flow*> ibv_create_flow;

    [NativeTypeName("void (*)()")]
    public delegate* unmanaged[Cdecl]<void> ABI_placeholder1;

    [NativeTypeName("struct ibv_qp *(*)(struct ibv_context *, struct ibv_qp_open_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_qp_open_attr*, ibv_qp*> open_qp;

    [NativeTypeName("struct ibv_qp *(*)(struct ibv_context *, struct ibv_qp_init_attr_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_qp_init_attr_ex*, ibv_qp*> create_qp_ex;

    [NativeTypeName("int (*)(struct ibv_srq *, uint32_t *)")]
    public delegate* unmanaged[Cdecl]<ibv_srq*, uint*, int> get_srq_num;

    [NativeTypeName("struct ibv_srq *(*)(struct ibv_context *, struct ibv_srq_init_attr_ex *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_srq_init_attr_ex*, ibv_srq*> create_srq_ex;

    [NativeTypeName("struct ibv_xrcd *(*)(struct ibv_context *, struct ibv_xrcd_init_attr *)")]
    public delegate* unmanaged[Cdecl]<ibv_context*, ibv_xrcd_init_attr*, ibv_xrcd*> open_xrcd;

    [NativeTypeName("int (*)(struct ibv_xrcd *)")]
    public delegate* unmanaged[Cdecl]<ibv_xrcd*, int> close_xrcd;

    [NativeTypeName("uint64_t")]
    public ulong _ABI_placeholder3;

    [NativeTypeName("size_t")]
    public nuint sz;

    [NativeTypeName("struct ibv_context")]
    public ibv_context context;

    public partial struct verbs_ex_private
    {
    }
}

internal enum ibv_rereg_mr_err_code
{
    IBV_REREG_MR_ERR_INPUT = -1,
    IBV_REREG_MR_ERR_DONT_FORK_NEW = -2,
    IBV_REREG_MR_ERR_DO_FORK_OLD = -3,
    IBV_REREG_MR_ERR_CMD = -4,
    IBV_REREG_MR_ERR_CMD_AND_DO_FORK_NEW = -5,
}

internal static unsafe partial class Ibv
{
    public const uint IBV_LINK_LAYER_UNSPECIFIED = 0;
    public const uint IBV_LINK_LAYER_INFINIBAND = 1;
    public const uint IBV_LINK_LAYER_ETHERNET = 2;

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("const char *")]
    public static extern sbyte* ibv_wc_status_str([NativeTypeName("enum ibv_wc_status")] ibv_wc_status status);

    public const int IBV_WC_IP_CSUM_OK_SHIFT = 2;

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_qp_ex *")]
    public static extern ibv_qp_ex* ibv_qp_to_qp_ex([NativeTypeName("struct ibv_qp *")] ibv_qp* qp);

    public static void ibv_wr_atomic_cmp_swp([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("uint32_t")] uint rkey, [NativeTypeName("uint64_t")] ulong remote_addr, [NativeTypeName("uint64_t")] ulong compare, [NativeTypeName("uint64_t")] ulong swap)
    {
        qp->wr_atomic_cmp_swp(qp, rkey, remote_addr, compare, swap);
    }

    public static void ibv_wr_atomic_fetch_add([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("uint32_t")] uint rkey, [NativeTypeName("uint64_t")] ulong remote_addr, [NativeTypeName("uint64_t")] ulong add)
    {
        qp->wr_atomic_fetch_add(qp, rkey, remote_addr, add);
    }

    public static void ibv_wr_bind_mw([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("struct ibv_mw *")] ibv_mw* mw, [NativeTypeName("uint32_t")] uint rkey, [NativeTypeName("const struct ibv_mw_bind_info *")] ibv_mw_bind_info* bind_info)
    {
        qp->wr_bind_mw(qp, mw, rkey, bind_info);
    }

    public static void ibv_wr_local_inv([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("uint32_t")] uint invalidate_rkey)
    {
        qp->wr_local_inv(qp, invalidate_rkey);
    }

    public static void ibv_wr_rdma_read([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("uint32_t")] uint rkey, [NativeTypeName("uint64_t")] ulong remote_addr)
    {
        qp->wr_rdma_read(qp, rkey, remote_addr);
    }

    public static void ibv_wr_rdma_write([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("uint32_t")] uint rkey, [NativeTypeName("uint64_t")] ulong remote_addr)
    {
        qp->wr_rdma_write(qp, rkey, remote_addr);
    }

    public static void ibv_wr_rdma_write_imm([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("uint32_t")] uint rkey, [NativeTypeName("uint64_t")] ulong remote_addr, [NativeTypeName("__be32")] uint imm_data)
    {
        qp->wr_rdma_write_imm(qp, rkey, remote_addr, imm_data);
    }

    public static void ibv_wr_send([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp)
    {
        qp->wr_send(qp);
    }

    public static void ibv_wr_send_imm([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("__be32")] uint imm_data)
    {
        qp->wr_send_imm(qp, imm_data);
    }

    public static void ibv_wr_send_inv([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("uint32_t")] uint invalidate_rkey)
    {
        qp->wr_send_inv(qp, invalidate_rkey);
    }

    public static void ibv_wr_send_tso([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, void* hdr, [NativeTypeName("uint16_t")] ushort hdr_sz, [NativeTypeName("uint16_t")] ushort mss)
    {
        qp->wr_send_tso(qp, hdr, hdr_sz, mss);
    }

    public static void ibv_wr_set_ud_addr([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("struct ibv_ah *")] ibv_ah* ah, [NativeTypeName("uint32_t")] uint remote_qpn, [NativeTypeName("uint32_t")] uint remote_qkey)
    {
        qp->wr_set_ud_addr(qp, ah, remote_qpn, remote_qkey);
    }

    public static void ibv_wr_set_xrc_srqn([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("uint32_t")] uint remote_srqn)
    {
        qp->wr_set_xrc_srqn(qp, remote_srqn);
    }

    public static void ibv_wr_set_inline_data([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, void* addr, [NativeTypeName("size_t")] nuint length)
    {
        qp->wr_set_inline_data(qp, addr, length);
    }

    public static void ibv_wr_set_inline_data_list([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("size_t")] nuint num_buf, [NativeTypeName("const struct ibv_data_buf *")] ibv_data_buf* buf_list)
    {
        qp->wr_set_inline_data_list(qp, num_buf, buf_list);
    }

    public static void ibv_wr_set_sge([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("uint32_t")] uint lkey, [NativeTypeName("uint64_t")] ulong addr, [NativeTypeName("uint32_t")] uint length)
    {
        qp->wr_set_sge(qp, lkey, addr, length);
    }

    public static void ibv_wr_set_sge_list([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("size_t")] nuint num_sge, [NativeTypeName("const struct ibv_sge *")] ibv_sge* sg_list)
    {
        qp->wr_set_sge_list(qp, num_sge, sg_list);
    }

    public static void ibv_wr_start([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp)
    {
        qp->wr_start(qp);
    }

    public static int ibv_wr_complete([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp)
    {
        return qp->wr_complete(qp);
    }

    public static void ibv_wr_abort([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp)
    {
        qp->wr_abort(qp);
    }

    public static void ibv_wr_atomic_write([NativeTypeName("struct ibv_qp_ex *")] ibv_qp_ex* qp, [NativeTypeName("uint32_t")] uint rkey, [NativeTypeName("uint64_t")] ulong remote_addr, [NativeTypeName("const void *")] void* atomic_wr)
    {
        qp->wr_atomic_write(qp, rkey, remote_addr, atomic_wr);
    }

    [return: NativeTypeName("struct ibv_cq *")]
    public static ibv_cq* ibv_cq_ex_to_cq([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return (ibv_cq*)(cq);
    }

    public static int ibv_start_poll([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq, [NativeTypeName("struct ibv_poll_cq_attr *")] ibv_poll_cq_attr* attr)
    {
        return cq->start_poll(cq, attr);
    }

    public static int ibv_next_poll([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->next_poll(cq);
    }

    public static void ibv_end_poll([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        cq->end_poll(cq);
    }

    [return: NativeTypeName("enum ibv_wc_opcode")]
    public static ibv_wc_opcode ibv_wc_read_opcode([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_opcode(cq);
    }

    [return: NativeTypeName("uint32_t")]
    public static uint ibv_wc_read_vendor_err([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_vendor_err(cq);
    }

    [return: NativeTypeName("uint32_t")]
    public static uint ibv_wc_read_byte_len([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_byte_len(cq);
    }

    [return: NativeTypeName("__be32")]
    public static uint ibv_wc_read_imm_data([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_imm_data(cq);
    }

    [return: NativeTypeName("uint32_t")]
    public static uint ibv_wc_read_invalidated_rkey([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_imm_data(cq);
    }

    [return: NativeTypeName("uint32_t")]
    public static uint ibv_wc_read_qp_num([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_qp_num(cq);
    }

    [return: NativeTypeName("uint32_t")]
    public static uint ibv_wc_read_src_qp([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_src_qp(cq);
    }

    [return: NativeTypeName("unsigned int")]
    public static uint ibv_wc_read_wc_flags([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_wc_flags(cq);
    }

    [return: NativeTypeName("uint32_t")]
    public static uint ibv_wc_read_slid([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_slid(cq);
    }

    [return: NativeTypeName("uint8_t")]
    public static byte ibv_wc_read_sl([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_sl(cq);
    }

    [return: NativeTypeName("uint8_t")]
    public static byte ibv_wc_read_dlid_path_bits([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_dlid_path_bits(cq);
    }

    [return: NativeTypeName("uint64_t")]
    public static ulong ibv_wc_read_completion_ts([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_completion_ts(cq);
    }

    [return: NativeTypeName("uint64_t")]
    public static ulong ibv_wc_read_completion_wallclock_ns([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_completion_wallclock_ns(cq);
    }

    [return: NativeTypeName("uint16_t")]
    public static ushort ibv_wc_read_cvlan([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_cvlan(cq);
    }

    [return: NativeTypeName("uint32_t")]
    public static uint ibv_wc_read_flow_tag([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq)
    {
        return cq->read_flow_tag(cq);
    }

    public static void ibv_wc_read_tm_info([NativeTypeName("struct ibv_cq_ex *")] ibv_cq_ex* cq, [NativeTypeName("struct ibv_wc_tm_info *")] ibv_wc_tm_info* tm_info)
    {
        cq->read_tm_info(cq, tm_info);
    }

    public static int ibv_post_wq_recv([NativeTypeName("struct ibv_wq *")] ibv_wq* wq, [NativeTypeName("struct ibv_recv_wr *")] ibv_recv_wr* recv_wr, [NativeTypeName("struct ibv_recv_wr **")] ibv_recv_wr** bad_recv_wr)
    {
        return wq->post_recv(wq, recv_wr, bad_recv_wr);
    }

    public const uint IBV_SYSFS_NAME_MAX = 64;
    public const uint IBV_SYSFS_PATH_MAX = 256;

    [return: NativeTypeName("struct verbs_context *")]
    public static verbs_context* verbs_get_ctx([NativeTypeName("struct ibv_context *")] ibv_context* ctx)
    {
        if (ctx->abi_compat != unchecked((void*)(-1)))
        {
            return null;
        }

        return (verbs_context*)(((byte*)(ctx)) - Marshal.OffsetOf<verbs_context>("context"));
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_device **")]
    public static extern ibv_device** ibv_get_device_list(int* num_devices);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern void ibv_free_device_list([NativeTypeName("struct ibv_device **")] ibv_device** list);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("const char *")]
    public static extern sbyte* ibv_get_device_name([NativeTypeName("struct ibv_device *")] ibv_device* device);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_get_device_index([NativeTypeName("struct ibv_device *")] ibv_device* device);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("__be64")]
    public static extern ulong ibv_get_device_guid([NativeTypeName("struct ibv_device *")] ibv_device* device);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_context *")]
    public static extern ibv_context* ibv_open_device([NativeTypeName("struct ibv_device *")] ibv_device* device);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_close_device([NativeTypeName("struct ibv_context *")] ibv_context* context);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_context *")]
    public static extern ibv_context* ibv_import_device(int cmd_fd);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_pd *")]
    public static extern ibv_pd* ibv_import_pd([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("uint32_t")] uint pd_handle);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern void ibv_unimport_pd([NativeTypeName("struct ibv_pd *")] ibv_pd* pd);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_mr *")]
    public static extern ibv_mr* ibv_import_mr([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, [NativeTypeName("uint32_t")] uint mr_handle);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern void ibv_unimport_mr([NativeTypeName("struct ibv_mr *")] ibv_mr* mr);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_dm *")]
    public static extern ibv_dm* ibv_import_dm([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("uint32_t")] uint dm_handle);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern void ibv_unimport_dm([NativeTypeName("struct ibv_dm *")] ibv_dm* dm);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_get_async_event([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("struct ibv_async_event *")] ibv_async_event* @event);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern void ibv_ack_async_event([NativeTypeName("struct ibv_async_event *")] ibv_async_event* @event);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_query_device([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("struct ibv_device_attr *")] ibv_device_attr* device_attr);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_query_port([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("uint8_t")] byte port_num, [NativeTypeName("struct _compat_ibv_port_attr *")] _compat_ibv_port_attr* port_attr);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_query_gid([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("uint8_t")] byte port_num, int index, [NativeTypeName("union ibv_gid *")] ibv_gid* gid);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int _ibv_query_gid_ex([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("uint32_t")] uint port_num, [NativeTypeName("uint32_t")] uint gid_index, [NativeTypeName("struct ibv_gid_entry *")] ibv_gid_entry* entry, [NativeTypeName("uint32_t")] uint flags, [NativeTypeName("size_t")] nuint entry_size);

    public static int ibv_query_gid_ex([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("uint32_t")] uint port_num, [NativeTypeName("uint32_t")] uint gid_index, [NativeTypeName("struct ibv_gid_entry *")] ibv_gid_entry* entry, [NativeTypeName("uint32_t")] uint flags)
    {
        return _ibv_query_gid_ex(context, port_num, gid_index, entry, flags, (uint)(sizeof(ibv_gid_entry)));
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("ssize_t")]
    public static extern nint _ibv_query_gid_table([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("struct ibv_gid_entry *")] ibv_gid_entry* entries, [NativeTypeName("size_t")] nuint max_entries, [NativeTypeName("uint32_t")] uint flags, [NativeTypeName("size_t")] nuint entry_size);

    [return: NativeTypeName("ssize_t")]
    public static nint ibv_query_gid_table([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("struct ibv_gid_entry *")] ibv_gid_entry* entries, [NativeTypeName("size_t")] nuint max_entries, [NativeTypeName("uint32_t")] uint flags)
    {
        return _ibv_query_gid_table(context, entries, max_entries, flags, (uint)(sizeof(ibv_gid_entry)));
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_query_pkey([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("uint8_t")] byte port_num, int index, [NativeTypeName("__be16 *")] ushort* pkey);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_get_pkey_index([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("uint8_t")] byte port_num, [NativeTypeName("__be16")] ushort pkey);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_pd *")]
    public static extern ibv_pd* ibv_alloc_pd([NativeTypeName("struct ibv_context *")] ibv_context* context);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_dealloc_pd([NativeTypeName("struct ibv_pd *")] ibv_pd* pd);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_mr *")]
    public static extern ibv_mr* ibv_reg_mr_iova2([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, void* addr, [NativeTypeName("size_t")] nuint length, [NativeTypeName("uint64_t")] ulong iova, [NativeTypeName("unsigned int")] uint access);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_mr *")]
    public static extern ibv_mr* ibv_reg_mr([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, void* addr, [NativeTypeName("size_t")] nuint length, int access);

    [return: NativeTypeName("struct ibv_mr *")]
    public static ibv_mr* __ibv_reg_mr([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, void* addr, [NativeTypeName("size_t")] nuint length, [NativeTypeName("unsigned int")] uint access, int is_access_const)
    {
        if ((is_access_const) != 0 && (access & (uint)(IB_UVERBS_ACCESS_OPTIONAL_RANGE)) == 0)
        {
            return ibv_reg_mr(pd, addr, length, unchecked((int)(access)));
        }
        else
        {
            return ibv_reg_mr_iova2(pd, addr, length, (nuint)(addr), access);
        }
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_mr *")]
    public static extern ibv_mr* ibv_reg_mr_iova([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, void* addr, [NativeTypeName("size_t")] nuint length, [NativeTypeName("uint64_t")] ulong iova, int access);

    [return: NativeTypeName("struct ibv_mr *")]
    public static ibv_mr* __ibv_reg_mr_iova([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, void* addr, [NativeTypeName("size_t")] nuint length, [NativeTypeName("uint64_t")] ulong iova, [NativeTypeName("unsigned int")] uint access, int is_access_const)
    {
        if ((is_access_const) != 0 && (access & (uint)(IB_UVERBS_ACCESS_OPTIONAL_RANGE)) == 0)
        {
            return ibv_reg_mr_iova(pd, addr, length, iova, unchecked((int)(access)));
        }
        else
        {
            return ibv_reg_mr_iova2(pd, addr, length, iova, access);
        }
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_mr *")]
    public static extern ibv_mr* ibv_reg_dmabuf_mr([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, [NativeTypeName("uint64_t")] ulong offset, [NativeTypeName("size_t")] nuint length, [NativeTypeName("uint64_t")] ulong iova, int fd, int access);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_rereg_mr([NativeTypeName("struct ibv_mr *")] ibv_mr* mr, int flags, [NativeTypeName("struct ibv_pd *")] ibv_pd* pd, void* addr, [NativeTypeName("size_t")] nuint length, int access);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_dereg_mr([NativeTypeName("struct ibv_mr *")] ibv_mr* mr);

    [return: NativeTypeName("uint32_t")]
    public static uint ibv_inc_rkey([NativeTypeName("uint32_t")] uint rkey)
    {
        uint mask = 0x000000ff;
        byte newtag = (byte)((rkey + 1) & mask);

        return (rkey & ~mask) | newtag;
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_comp_channel *")]
    public static extern ibv_comp_channel* ibv_create_comp_channel([NativeTypeName("struct ibv_context *")] ibv_context* context);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_destroy_comp_channel([NativeTypeName("struct ibv_comp_channel *")] ibv_comp_channel* channel);

    public static int ibv_memcpy_to_dm([NativeTypeName("struct ibv_dm *")] ibv_dm* dm, [NativeTypeName("uint64_t")] ulong dm_offset, [NativeTypeName("const void *")] void* host_addr, [NativeTypeName("size_t")] nuint length)
    {
        return dm->memcpy_to_dm(dm, dm_offset, host_addr, length);
    }

    public static int ibv_memcpy_from_dm(void* host_addr, [NativeTypeName("struct ibv_dm *")] ibv_dm* dm, [NativeTypeName("uint64_t")] ulong dm_offset, [NativeTypeName("size_t")] nuint length)
    {
        return dm->memcpy_from_dm(host_addr, dm, dm_offset, length);
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_cq *")]
    public static extern ibv_cq* ibv_create_cq([NativeTypeName("struct ibv_context *")] ibv_context* context, int cqe, void* cq_context, [NativeTypeName("struct ibv_comp_channel *")] ibv_comp_channel* channel, int comp_vector);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_resize_cq([NativeTypeName("struct ibv_cq *")] ibv_cq* cq, int cqe);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_destroy_cq([NativeTypeName("struct ibv_cq *")] ibv_cq* cq);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_get_cq_event([NativeTypeName("struct ibv_comp_channel *")] ibv_comp_channel* channel, [NativeTypeName("struct ibv_cq **")] ibv_cq** cq, void** cq_context);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern void ibv_ack_cq_events([NativeTypeName("struct ibv_cq *")] ibv_cq* cq, [NativeTypeName("unsigned int")] uint nevents);

    public static int ibv_poll_cq([NativeTypeName("struct ibv_cq *")] ibv_cq* cq, int num_entries, [NativeTypeName("struct ibv_wc *")] ibv_wc* wc)
    {
        return cq->context->ops.poll_cq(cq, num_entries, wc);
    }

    public static int ibv_req_notify_cq([NativeTypeName("struct ibv_cq *")] ibv_cq* cq, int solicited_only)
    {
        return cq->context->ops.req_notify_cq(cq, solicited_only);
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_srq *")]
    public static extern ibv_srq* ibv_create_srq([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, [NativeTypeName("struct ibv_srq_init_attr *")] ibv_srq_init_attr* srq_init_attr);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_modify_srq([NativeTypeName("struct ibv_srq *")] ibv_srq* srq, [NativeTypeName("struct ibv_srq_attr *")] ibv_srq_attr* srq_attr, int srq_attr_mask);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_query_srq([NativeTypeName("struct ibv_srq *")] ibv_srq* srq, [NativeTypeName("struct ibv_srq_attr *")] ibv_srq_attr* srq_attr);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_destroy_srq([NativeTypeName("struct ibv_srq *")] ibv_srq* srq);

    public static int ibv_post_srq_recv([NativeTypeName("struct ibv_srq *")] ibv_srq* srq, [NativeTypeName("struct ibv_recv_wr *")] ibv_recv_wr* recv_wr, [NativeTypeName("struct ibv_recv_wr **")] ibv_recv_wr** bad_recv_wr)
    {
        return srq->context->ops.post_srq_recv(srq, recv_wr, bad_recv_wr);
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_qp *")]
    public static extern ibv_qp* ibv_create_qp([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, [NativeTypeName("struct ibv_qp_init_attr *")] ibv_qp_init_attr* qp_init_attr);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_modify_qp([NativeTypeName("struct ibv_qp *")] ibv_qp* qp, [NativeTypeName("struct ibv_qp_attr *")] ibv_qp_attr* attr, int attr_mask);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_query_qp_data_in_order([NativeTypeName("struct ibv_qp *")] ibv_qp* qp, [NativeTypeName("enum ibv_wr_opcode")] ibv_wr_opcode op, [NativeTypeName("uint32_t")] uint flags);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_query_qp([NativeTypeName("struct ibv_qp *")] ibv_qp* qp, [NativeTypeName("struct ibv_qp_attr *")] ibv_qp_attr* attr, int attr_mask, [NativeTypeName("struct ibv_qp_init_attr *")] ibv_qp_init_attr* init_attr);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_destroy_qp([NativeTypeName("struct ibv_qp *")] ibv_qp* qp);

    public static int ibv_post_send([NativeTypeName("struct ibv_qp *")] ibv_qp* qp, [NativeTypeName("struct ibv_send_wr *")] ibv_send_wr* wr, [NativeTypeName("struct ibv_send_wr **")] ibv_send_wr** bad_wr)
    {
        return qp->context->ops.post_send(qp, wr, bad_wr);
    }

    public static int ibv_post_recv([NativeTypeName("struct ibv_qp *")] ibv_qp* qp, [NativeTypeName("struct ibv_recv_wr *")] ibv_recv_wr* wr, [NativeTypeName("struct ibv_recv_wr **")] ibv_recv_wr** bad_wr)
    {
        return qp->context->ops.post_recv(qp, wr, bad_wr);
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_ah *")]
    public static extern ibv_ah* ibv_create_ah([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, [NativeTypeName("struct ibv_ah_attr *")] ibv_ah_attr* attr);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_init_ah_from_wc([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("uint8_t")] byte port_num, [NativeTypeName("struct ibv_wc *")] ibv_wc* wc, [NativeTypeName("struct ibv_grh *")] ibv_grh* grh, [NativeTypeName("struct ibv_ah_attr *")] ibv_ah_attr* ah_attr);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("struct ibv_ah *")]
    public static extern ibv_ah* ibv_create_ah_from_wc([NativeTypeName("struct ibv_pd *")] ibv_pd* pd, [NativeTypeName("struct ibv_wc *")] ibv_wc* wc, [NativeTypeName("struct ibv_grh *")] ibv_grh* grh, [NativeTypeName("uint8_t")] byte port_num);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_destroy_ah([NativeTypeName("struct ibv_ah *")] ibv_ah* ah);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_attach_mcast([NativeTypeName("struct ibv_qp *")] ibv_qp* qp, [NativeTypeName("const union ibv_gid *")] ibv_gid* gid, [NativeTypeName("uint16_t")] ushort lid);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_detach_mcast([NativeTypeName("struct ibv_qp *")] ibv_qp* qp, [NativeTypeName("const union ibv_gid *")] ibv_gid* gid, [NativeTypeName("uint16_t")] ushort lid);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_fork_init();

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("enum ibv_fork_status")]
    public static extern ibv_fork_status ibv_is_fork_initialized();

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("const char *")]
    public static extern sbyte* ibv_node_type_str([NativeTypeName("enum ibv_node_type")] ibv_node_type node_type);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("const char *")]
    public static extern sbyte* ibv_port_state_str([NativeTypeName("enum ibv_port_state")] ibv_port_state port_state);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    [return: NativeTypeName("const char *")]
    public static extern sbyte* ibv_event_type_str([NativeTypeName("enum ibv_event_type")] ibv_event_type @event);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_resolve_eth_l2_from_gid([NativeTypeName("struct ibv_context *")] ibv_context* context, [NativeTypeName("struct ibv_ah_attr *")] ibv_ah_attr* attr, [NativeTypeName("uint8_t[6]")] byte* eth_mac, [NativeTypeName("uint16_t *")] ushort* vid);

    [return: NativeTypeName("uint16_t")]
    public static ushort ibv_flow_label_to_udp_sport([NativeTypeName("uint32_t")] uint fl)
    {
        uint fl_low = fl & 0x03FFF, fl_high = fl & 0xFC000;

        fl_low ^= fl_high >> 14;
        return (ushort)(fl_low | (0xC000));
    }

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_set_ece([NativeTypeName("struct ibv_qp *")] ibv_qp* qp, [NativeTypeName("struct ibv_ece *")] ibv_ece* ece);

    [DllImport("libibverbs.so.1", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true, SetLastError = true)]
    public static extern int ibv_query_ece([NativeTypeName("struct ibv_qp *")] ibv_qp* qp, [NativeTypeName("struct ibv_ece *")] ibv_ece* ece);
}

/// <summary>Defines the type of a member as it was used in the native signature.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter | AttributeTargets.ReturnValue, AllowMultiple = false, Inherited = true)]
[Conditional("DEBUG")]
internal sealed partial class NativeTypeNameAttribute : Attribute
{
    private readonly string _name;

    /// <summary>Initializes a new instance of the <see cref="NativeTypeNameAttribute" /> class.</summary>
    /// <param name="name">The name of the type that was used in the native signature.</param>
    public NativeTypeNameAttribute(string name)
    {
        _name = name;
    }

    /// <summary>Gets the name of the type that was used in the native signature.</summary>
    public string Name => _name;
}

/// <summary>Defines the annotation found in a native declaration.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter | AttributeTargets.ReturnValue, AllowMultiple = true, Inherited = false)]
[Conditional("DEBUG")]
internal sealed partial class NativeAnnotationAttribute : Attribute
{
    private readonly string _annotation;

    /// <summary>Initializes a new instance of the <see cref="NativeAnnotationAttribute" /> class.</summary>
    /// <param name="annotation">The annotation that was used in the native declaration.</param>
    public NativeAnnotationAttribute(string annotation)
    {
        _annotation = annotation;
    }

    /// <summary>Gets the annotation that was used in the native declaration.</summary>
    public string Annotation => _annotation;
}
