using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Client.Consuming;

/// <summary>
/// Tells which batches belong to aborted transactions, when it is shown all of a partition in their order (KIP-98).
/// </summary>
internal sealed class AbortedRecords
{
    private readonly FetchResponse.AbortedTransaction[] _transactions;
    private readonly HashSet<long> _open = [];
    private int _next;

    public AbortedRecords(FetchResponse.AbortedTransaction[] transactions) =>
        _transactions = [.. transactions.OrderBy(each => each.FirstOffset)];

    public bool Contains(in RecordBatch batch)
    {
        while (_next < _transactions.Length && _transactions[_next].FirstOffset <= batch.LastOffset)
            _open.Add(_transactions[_next++].ProducerId);
        if (!batch.IsTransactional || !_open.Contains(batch.ProducerId)) return false;
        // Its end, be it a commit of a later transaction, closes what was aborted.
        if (batch.IsControl) _open.Remove(batch.ProducerId);
        return true;
    }
}
