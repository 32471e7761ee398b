namespace LogStore.Tests.Logs.Model;

/// <summary>A batch as the model remembers it.</summary>
/// <param name="BaseOffset">Its first offset.</param>
/// <param name="Values">Its records.</param>
/// <param name="Timestamp">The time of all of them, in milliseconds.</param>
/// <param name="LeaderEpoch">The epoch it was stamped with.</param>
/// <param name="Producer">The idempotent producer that sent it, if one did.</param>
internal sealed record ModelBatch(
    long BaseOffset, string[] Values, long Timestamp, int LeaderEpoch, (long Id, short Epoch, int Sequence)? Producer)
{
    public long NextOffset => BaseOffset + Values.Length;

    public AppendResult Result(bool isDuplicate) => new(BaseOffset, NextOffset - 1, isDuplicate);
}
