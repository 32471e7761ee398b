using System.Text.Json.Serialization;

namespace LogStore.Replicator.Metadata.Etcd;

// The messages of etcd's HTTP/JSON gateway, as far as they are used:
// https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/ Keys and values are in base64, 64-bit numbers are strings, and
// whatever is zero or empty may be missing.

internal sealed record EtcdHeader(long Revision);

internal sealed record EtcdKeyValue(byte[] Key, byte[]? Value, long ModRevision, long Lease);

internal sealed record EtcdRangeRequest(
    byte[] Key, byte[]? RangeEnd = null, long? Limit = null, long? Revision = null, bool? CountOnly = null);

internal sealed record EtcdRangeResponse(EtcdHeader Header, EtcdKeyValue[]? Kvs, bool More);

internal sealed record EtcdPutRequest(byte[] Key, byte[] Value, long? Lease);

internal sealed record EtcdDeleteRequest(byte[] Key);

/// <summary>One of them is there.</summary>
internal sealed record EtcdOperation(
    EtcdPutRequest? RequestPut = null,
    EtcdDeleteRequest? RequestDeleteRange = null,
    EtcdRangeRequest? RequestRange = null);

internal sealed record EtcdCompare(byte[] Key, long ModRevision)
{
    public string Target { get; } = "MOD";

    public string Result { get; } = "EQUAL";
}

internal sealed record EtcdTxnRequest(EtcdCompare[] Compare, EtcdOperation[] Success);

internal sealed record EtcdTxnResponse(EtcdHeader Header, bool Succeeded);

internal sealed record EtcdLeaseGrantRequest([property: JsonPropertyName("TTL")] long TimeToLiveSeconds);

internal sealed record EtcdLeaseRequest([property: JsonPropertyName("ID")] long Id);

internal sealed record EtcdLeaseResponse(
    [property: JsonPropertyName("ID")] long Id, [property: JsonPropertyName("TTL")] long TimeToLiveSeconds);

internal sealed record EtcdLeaseRevokeResponse;

/// <summary>An element of a streamed answer.</summary>
internal sealed record EtcdStreamed<T>(T? Result, EtcdStreamError? Error)
    where T : class;

internal sealed record EtcdStreamError(string? Message);

internal sealed record EtcdWatchRequest(EtcdWatchCreateRequest CreateRequest);

internal sealed record EtcdWatchCreateRequest(byte[] Key, byte[] RangeEnd, long StartRevision)
{
    /// <summary>
    /// An idle watch is told of the store's revision now and then, and need not be resumed from an old one.
    /// </summary>
    public bool ProgressNotify { get; } = true;

    /// <summary>Large answers come in pieces, as the gateway takes no message above 4 MiB.</summary>
    public bool Fragment { get; } = true;
}

internal sealed record EtcdWatchResponse(
    EtcdHeader Header, bool Created, bool Canceled, long CompactRevision, bool Fragment, EtcdEvent[]? Events);

internal sealed record EtcdEvent(string? Type, EtcdKeyValue Kv)
{
    [JsonIgnore]
    public bool IsDelete => Type == "DELETE";
}

/// <summary>How a call was refused; the codes are gRPC's.</summary>
internal sealed record EtcdError(int Code, string? Message)
{
    private const int Cancelled = 1, Unknown = 2, DeadlineExceeded = 4, Internal = 13, Unavailable = 14;

    /// <summary>Whether another attempt, at another member or a little later, may succeed.</summary>
    [JsonIgnore]
    public bool IsPassing => Code is Cancelled or Unknown or DeadlineExceeded or Internal or Unavailable;

    /// <summary>Whether it is certain that nothing was changed, even if the error is passing.</summary>
    [JsonIgnore]
    public bool IsWithoutEffect => !IsPassing || Says("no leader") || Says("raft proposal dropped");

    [JsonIgnore]
    public bool IsNotFound => Code == 5;

    /// <summary>The answer is larger than the gateway takes.</summary>
    [JsonIgnore]
    public bool IsTooLarge => Code == 8 && Says("larger than max");

    [JsonIgnore]
    public bool IsCompacted => Code == 11 && Says("compacted");

    private bool Says(string words) => Message?.Contains(words, StringComparison.Ordinal) == true;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EtcdRangeRequest))]
[JsonSerializable(typeof(EtcdRangeResponse))]
[JsonSerializable(typeof(EtcdTxnRequest))]
[JsonSerializable(typeof(EtcdTxnResponse))]
[JsonSerializable(typeof(EtcdLeaseGrantRequest))]
[JsonSerializable(typeof(EtcdLeaseRequest))]
[JsonSerializable(typeof(EtcdLeaseResponse))]
[JsonSerializable(typeof(EtcdLeaseRevokeResponse))]
[JsonSerializable(typeof(EtcdStreamed<EtcdLeaseResponse>))]
[JsonSerializable(typeof(EtcdWatchRequest))]
[JsonSerializable(typeof(EtcdStreamed<EtcdWatchResponse>))]
[JsonSerializable(typeof(EtcdError))]
internal sealed partial class EtcdJson : JsonSerializerContext;
