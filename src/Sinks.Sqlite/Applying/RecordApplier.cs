using LogStore.Sinks.Sqlite.Database;
using LogStore.Sinks.Sqlite.Mapping;
using LogStore.Sinks.Sqlite.Progress;
using Microsoft.Data.Sqlite;

namespace LogStore.Sinks.Sqlite.Applying;

/// <summary>What became of a record.</summary>
internal enum RecordOutcome
{
    Applied,
    Duplicate,
    Unusable,
}

/// <summary>Runs the mapping's statement for a record, unless it was applied already.</summary>
/// <remarks>Not thread-safe. It belongs into a transaction.</remarks>
internal sealed class RecordApplier : IDisposable
{
    private readonly SinkConnection _connection;
    private readonly IDeduplication _deduplication;
    private readonly RecordReader _reader;
    private readonly PreparedStatement _statement;
    private readonly int[] _parameters;

    /// <exception cref="InvalidConfigException">The mapping does not fit the database.</exception>
    /// <exception cref="SqliteException">Its statement does not.</exception>
    public RecordApplier(
        SinkConnection connection, SqliteSinkOptions options, MappingSql mapping, IDeduplication deduplication)
    {
        _connection = connection;
        _deduplication = deduplication;
        _reader = new RecordReader([.. deduplication.Sources, .. mapping.Parameters.Select(each => each.Source)], options.Topic);
        _statement = connection.Prepare(mapping.Statement);
        try
        {
            if (_statement.HasTail || _statement.IsReadOnly)
                throw new InvalidConfigException("mapping", "its sql must be one statement that changes the database");
            _parameters = [.. mapping.Parameters.Select(each => _statement.IndexOf(each.Name))];
            if (Array.IndexOf(_parameters, 0) is >= 0 and var missing)
                throw new InvalidConfigException("mapping", $"its sql has no parameter {mapping.Parameters[missing].Name}");
            if (_statement.ParameterCount != _parameters.Length)
                throw new InvalidConfigException("mapping", "its sql has parameters that get no value");
        }
        catch
        {
            _statement.Dispose();
            throw;
        }
    }

    /// <summary>Applies a record.</summary>
    /// <param name="progress">Its partition, with <see cref="PartitionProgress.Next"/> before it.</param>
    /// <param name="record">The record.</param>
    /// <param name="problem">Why it cannot be applied; null if it can, or was.</param>
    public RecordOutcome Apply(PartitionProgress progress, in RecordView record, out string? problem)
    {
        problem = _reader.Read(progress.Partition.Partition, record);
        if (problem is not null) return RecordOutcome.Unusable;
        int ids = _deduplication.Sources.Length;
        if (!_deduplication.IsNew(progress, record.Offset, _reader.Values.AsSpan(0, ids), out problem))
            return problem is null ? RecordOutcome.Duplicate : RecordOutcome.Unusable;
        try
        {
            for (int i = 0; i < _parameters.Length; i++) _statement.Bind(_parameters[i], _reader.Values[ids + i]);
            _statement.Run();
        }
        catch (SqliteException error) when (SqliteErrors.IsOfRecord(error) && _connection.IsInTransaction)
        {
            problem = $"the database refuses it: {error.Message}";
            return RecordOutcome.Unusable;
        }

        return RecordOutcome.Applied;
    }

    public void Dispose() => _statement.Dispose();
}
