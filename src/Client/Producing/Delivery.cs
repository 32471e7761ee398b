using Microsoft.Extensions.Logging;

namespace LogStore.Client.Producing;

/// <summary>Who waits for a record to be delivered.</summary>
/// <param name="Target">A <see cref="DeliveryCallback"/>, a source of a task, or null for nobody.</param>
/// <param name="State">What the callback is given.</param>
/// <param name="TimestampMs">The record's own time.</param>
internal readonly record struct Delivery(object? Target, object? State, long TimestampMs)
{
    /// <summary>Tells whoever waits.</summary>
    /// <param name="metadata">Where the record is.</param>
    /// <param name="error">Why it is not there; null if it is.</param>
    /// <param name="logger">Told of a callback that throws: the others must not suffer for it.</param>
    public void End(in RecordMetadata metadata, DeliveryException? error, ILogger logger)
    {
        if (Target is TaskCompletionSource<RecordMetadata> task)
        {
            if (error is null) task.TrySetResult(metadata);
            else task.TrySetException(error);
            return;
        }

        try
        {
            (Target as DeliveryCallback)?.Invoke(metadata, error, State);
        }
        catch (Exception e)
        {
            ClientEvents.CallbackFailed(logger, e);
        }
    }
}
