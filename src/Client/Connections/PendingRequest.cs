using System.Buffers.Binary;

namespace LogStore.Client.Connections;

/// <summary>A request that was sent, or is about to be, and has not been answered.</summary>
internal abstract class PendingRequest
{
    /// <summary>Whether the answer is read into pooled memory, which whoever awaits it gives back.</summary>
    public abstract bool WantsPooledFrame { get; }

    /// <summary>Takes the answer, one of the two.</summary>
    /// <exception cref="KafkaProtocol.Wire.MalformedMessageException">It is none.</exception>
    public abstract void Complete(ReadOnlyMemory<byte> frame, PooledFrame? pooled);

    /// <summary>Ends the request without an answer.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A request that is answered by a <typeparamref name="TResponse"/>.</summary>
internal sealed class PendingRequest<TResponse>(short version, bool pooled) : PendingRequest
    where TResponse : IResponse, new()
{
    // Whoever waits must not run on the thread that reads the connection.
    private readonly TaskCompletionSource<Answer<TResponse>> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Answer<TResponse>> Task => _completion.Task;

    public override bool WantsPooledFrame => pooled;

    public override void Complete(ReadOnlyMemory<byte> frame, PooledFrame? pooledFrame)
    {
        TResponse response = Responses.Read<TResponse>(frame, VersionOf(frame.Span));
        _completion.TrySetResult(new Answer<TResponse>(response, pooledFrame));
    }

    public override void Fail(Exception exception)
    {
        _completion.TrySetException(exception);
        // An answer that nobody waits for any longer is no unobserved error.
        _ = _completion.Task.Exception;
    }

    /// <summary>A broker that does not know the version of ApiVersions answers in version 0 (KIP-511).</summary>
    private short VersionOf(ReadOnlySpan<byte> frame) =>
        TResponse.Api == ApiKey.ApiVersions && frame.Length >= 6 &&
        BinaryPrimitives.ReadInt16BigEndian(frame[4..]) == (short)ErrorCode.UnsupportedVersion ? (short)0 : version;
}

/// <summary>A request that is never answered: it ends when it was handed to the transport.</summary>
internal sealed class UnansweredRequest : PendingRequest
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _completion.Task;

    public override bool WantsPooledFrame => false;

    public override void Complete(ReadOnlyMemory<byte> frame, PooledFrame? pooled) => _completion.TrySetResult();

    public override void Fail(Exception exception)
    {
        _completion.TrySetException(exception);
        _ = _completion.Task.Exception;
    }
}

/// <summary>An answer, and the pooled memory that its byte strings and records lie in, if it was asked for.</summary>
internal readonly record struct Answer<TResponse>(TResponse Response, PooledFrame? Frame);
