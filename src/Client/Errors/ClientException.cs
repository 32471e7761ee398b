namespace LogStore.Client;

/// <summary>The root of the errors of producer, consumer and administration.</summary>
public abstract class ClientException : LogStoreException
{
    private protected ClientException(ErrorCode errorCode, string message, Exception? innerException = null)
        : base(message, innerException) => ErrorCode = errorCode;

    /// <summary>The protocol's code for what happened; <see cref="ErrorCode.None"/> where it has none.</summary>
    public ErrorCode ErrorCode { get; }

    /// <inheritdoc/>
    public override bool IsTransient => ErrorCode.IsRetriable();
}
