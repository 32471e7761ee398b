using System.Buffers;

namespace LogStore.Client;

/// <summary>A producer of keys and values that are serialized.</summary>
/// <remarks>As <see cref="Producer"/>. A null key or value becomes a null key or value.</remarks>
/// <typeparam name="TKey">The keys' type; where there are none, any that takes null.</typeparam>
/// <typeparam name="TValue">The values' type.</typeparam>
public sealed class Producer<TKey, TValue> : IAsyncDisposable
{
    // What one record has needed stays with its thread; more than this is given back.
    private const int KeptBytes = 1 << 20;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    private readonly ISerializer<TKey> _keys;
    private readonly ISerializer<TValue> _values;

    /// <summary>Makes a producer; it connects at the first record.</summary>
    /// <exception cref="InvalidConfigException">The options contradict each other.</exception>
    public Producer(ProducerOptions options, ISerializer<TKey> keys, ISerializer<TValue> values)
    {
        Inner = new Producer(options);
        _keys = keys;
        _values = values;
    }

    /// <summary>The producer of bytes underneath.</summary>
    public Producer Inner { get; }

    /// <summary>Appends a record.</summary>
    /// <inheritdoc cref="Producer.SendAsync"/>
    public Task<RecordMetadata> SendAsync(
        string topic, TKey? key, TValue? value, CancellationToken cancellationToken = default)
    {
        var delivered = new TaskCompletionSource<RecordMetadata>(TaskCreationOptions.RunContinuationsAsynchronously);
        ValueTask appending = AppendAsync(topic, key, value, delivered, state: null, cancellationToken);
        if (appending.IsCompletedSuccessfully) return delivered.Task;
        return WaitAsync(appending, delivered.Task);

        static async Task<RecordMetadata> WaitAsync(ValueTask appending, Task<RecordMetadata> delivered)
        {
            await appending.ConfigureAwait(false);
            return await delivered.ConfigureAwait(false);
        }
    }

    /// <summary>Appends a record without a task of its own: the callback says what became of it.</summary>
    /// <inheritdoc cref="Producer.PostAsync"/>
    public ValueTask PostAsync(
        string topic, TKey? key, TValue? value, DeliveryCallback? callback = null, object? state = null,
        CancellationToken cancellationToken = default) =>
        AppendAsync(topic, key, value, callback, state, cancellationToken);

    /// <inheritdoc cref="Producer.FlushAsync"/>
    public Task FlushAsync(CancellationToken cancellationToken = default) => Inner.FlushAsync(cancellationToken);

    /// <inheritdoc cref="Producer.DisposeAsync"/>
    public ValueTask DisposeAsync() => Inner.DisposeAsync();

    private ValueTask AppendAsync(
        string topic, TKey? key, TValue? value, object? target, object? state, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> scratch = _scratch ??= new ArrayBufferWriter<byte>(512);
        _scratch = null; // A serializer may itself produce.
        scratch.ResetWrittenCount();
        if (key is not null) _keys.Serialize(key, scratch);
        int keyLength = scratch.WrittenCount;
        if (value is not null) _values.Serialize(value, scratch);

        ReadOnlySpan<byte> bytes = scratch.WrittenSpan;
        bool isAppended = Inner.TryAppend(
            topic, key is null ? NullableBytes.Null : new NullableBytes(bytes[..keyLength]),
            value is null ? NullableBytes.Null : new NullableBytes(bytes[keyLength..]), target, state);
        ValueTask appending = ValueTask.CompletedTask;
        if (!isAppended)
        {
            byte[] copy = scratch.WrittenSpan.ToArray(); // It has to wait, and the scratch memory is wanted elsewhere.
            appending = Inner.AppendAsync(
                new ProducerRecord
                {
                    Topic = topic,
                    Key = key is null ? default(ReadOnlyMemory<byte>?) : copy.AsMemory(0, keyLength),
                    Value = value is null ? default(ReadOnlyMemory<byte>?) : copy.AsMemory(keyLength),
                },
                target, state, cancellationToken);
        }

        if (scratch.Capacity <= KeptBytes) _scratch = scratch;
        return appending;
    }
}
