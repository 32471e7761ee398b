namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>How a work request ended. Any error ends its queue pair too. Source: <c>enum ibv_wc_status</c>.</summary>
public enum WorkCompletionStatus
{
    /// <summary>It was carried out.</summary>
    Success = 0,

    /// <summary>LOC_LEN_ERR: a message was longer than its buffers or than the port allows.</summary>
    LocalLengthError = 1,

    /// <summary>LOC_QP_OP_ERR: the work request does not fit the queue pair.</summary>
    LocalQueuePairOperationError = 2,

    /// <summary>LOC_EEC_OP_ERR: an end-to-end context failed.</summary>
    LocalEndToEndOperationError = 3,

    /// <summary>LOC_PROT_ERR: a buffer is not within a memory region that this side may use so.</summary>
    LocalProtectionError = 4,

    /// <summary>WR_FLUSH_ERR: the queue pair had failed or was stopped before the work request's turn came.</summary>
    Flushed = 5,

    /// <summary>MW_BIND_ERR: a memory window could not be bound.</summary>
    MemoryWindowBindError = 6,

    /// <summary>BAD_RESP_ERR: the peer answered something unexpected.</summary>
    BadResponse = 7,

    /// <summary>LOC_ACCESS_ERR: a buffer of this side forbids what the peer's message would do.</summary>
    LocalAccessError = 8,

    /// <summary>REM_INV_REQ_ERR: the peer found the request invalid, such as a message longer than its buffers.</summary>
    RemoteInvalidRequest = 9,

    /// <summary>REM_ACCESS_ERR: the peer's memory may not be reached so: wrong key, address or access.</summary>
    RemoteAccessError = 10,

    /// <summary>REM_OP_ERR: the peer could not carry it out.</summary>
    RemoteOperationError = 11,

    /// <summary>RETRY_EXC_ERR: the peer did not answer; it, or the way to it, is gone.</summary>
    RetryExceeded = 12,

    /// <summary>RNR_RETRY_EXC_ERR: the peer had no receive work request for too long.</summary>
    ReceiverNotReady = 13,

    /// <summary>LOC_RDD_VIOL_ERR: reliable datagram domains do not match.</summary>
    LocalDatagramDomainViolation = 14,

    /// <summary>REM_INV_RD_REQ_ERR: the peer found a reliable datagram invalid.</summary>
    RemoteInvalidDatagramRequest = 15,

    /// <summary>REM_ABORT_ERR: the peer aborted it.</summary>
    RemoteAborted = 16,

    /// <summary>INV_EECN_ERR: an end-to-end context's number is invalid.</summary>
    InvalidEndToEndNumber = 17,

    /// <summary>INV_EEC_STATE_ERR: an end-to-end context is in the wrong state.</summary>
    InvalidEndToEndState = 18,

    /// <summary>FATAL_ERR: the device failed.</summary>
    Fatal = 19,

    /// <summary>RESP_TIMEOUT_ERR: the response did not come in time.</summary>
    ResponseTimeout = 20,

    /// <summary>GENERAL_ERR: none of the others.</summary>
    GeneralError = 21,

    /// <summary>TM_ERR: tag matching failed.</summary>
    TagMatchingError = 22,

    /// <summary>TM_RNDV_INCOMPLETE: a rendezvous was left to software.</summary>
    TagMatchingRendezvousIncomplete = 23,
}

/// <summary>What a completed work request was. Source: <c>enum ibv_wc_opcode</c>.</summary>
public enum WorkCompletionOpcode
{
    /// <summary>A SEND, with or without an immediate value.</summary>
    Send = 0,

    /// <summary>A WRITE, with or without an immediate value.</summary>
    Write = 1,

    /// <summary>A READ.</summary>
    Read = 2,

    /// <summary>A receive that a SEND filled.</summary>
    Receive = 128,

    /// <summary>A receive that the immediate value of a WRITE_WITH_IMM used up.</summary>
    ReceiveWriteWithImmediate = 129,
}
