namespace LogStore.Records;

/// <summary>Where the fields of a batch lie. Source: Kafka's "Message Format", magic 2; KIP-98.</summary>
/// <remarks>
/// <code>
///  0         8        12        16   17        21      23          27          35
/// +-----------+---------+---------+----+---------+-------+-----------+-----------+
/// |base offset| length  | leader  |mag.| CRC-32C | attri-|last offset|   base    |
/// |           |         | epoch   |  2 |         | butes |   delta   | timestamp |
/// +-----------+---------+---------+----+---------+-------+-----------+-----------+
/// 35          43         51       53         57        61
/// +-----------+-----------+--------+----------+---------+------------------------+
/// |  maximum  | producer  |producer|   base   | record  | records, or one        |
/// | timestamp |    id     | epoch  | sequence |  count  | compressed block       |
/// +-----------+-----------+--------+----------+---------+------------------------+
/// </code>
/// Big endian. The length counts from the leader epoch; the checksum covers all from the attributes to the end, so base
/// offset and leader epoch can be stamped without touching it. A record is, in varints but for its attributes:
/// <code>
/// length | attributes: int8 | timestamp delta | offset delta | key length | key | value length | value |
/// header count | for each header: key length | key | value length | value
/// </code>
/// where the length counts what follows it, and the length of a key or value that is null is -1.
/// Files to change together: <see cref="RecordBatchHeader"/> reads and writes the header;
/// <see cref="RecordBatchBuilder"/> writes the records; <see cref="RecordEnumerator"/> and <see cref="RecordHeaders"/>
/// read them.
/// </remarks>
internal static class RecordBatchLayout
{
    public const int BaseOffset = 0;
    public const int BatchLength = 8;
    public const int LeaderEpoch = 12;
    public const int Magic = 16;
    public const int Checksum = 17;
    public const int Attributes = 21;
    public const int LastOffsetDelta = 23;
    public const int BaseTimestamp = 27;
    public const int MaxTimestamp = 35;
    public const int ProducerId = 43;
    public const int ProducerEpoch = 51;
    public const int BaseSequence = 53;
    public const int RecordCount = 57;
    public const int Records = 61;

    public const byte CurrentMagic = 2;

    public const short CompressionMask = 0x07;
    public const short LogAppendTimeBit = 0x08;
    public const short TransactionalBit = 0x10;
    public const short ControlBit = 0x20;
    public const short DeleteHorizonBit = 0x40;

    /// <summary>
    /// The smallest record after its length: attributes, timestamp delta, offset delta, key length, value length and
    /// header count, one byte each.
    /// </summary>
    public const int MinRecordBody = 6;
}
