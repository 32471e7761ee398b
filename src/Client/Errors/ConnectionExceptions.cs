namespace LogStore.Client;

/// <summary>
/// A broker cannot be reached, or the connection to it has ended. What was under way may have happened.
/// </summary>
public sealed class BrokerUnreachableException : ClientException
{
    /// <summary>Makes the error.</summary>
    public BrokerUnreachableException(string message, Exception? innerException = null)
        : base(ErrorCode.NetworkException, message, innerException)
    {
    }
}

/// <summary>No answer came within the time that was allowed. What was asked for may have happened.</summary>
public sealed class RequestTimeoutException : ClientException
{
    /// <summary>Makes the error.</summary>
    public RequestTimeoutException(string message, Exception? innerException = null)
        : base(ErrorCode.RequestTimedOut, message, innerException)
    {
    }
}

/// <summary>The broker does not believe who this client is, or this client does not believe the broker.</summary>
public sealed class BrokerAuthenticationException : ClientException
{
    /// <summary>Makes the error. The message must hold no secret.</summary>
    public BrokerAuthenticationException(string message, Exception? innerException = null)
        : base(ErrorCode.SaslAuthenticationFailed, message, innerException)
    {
    }
}

/// <summary>The broker does not offer an API, or not in a version that is spoken here.</summary>
public sealed class UnsupportedByBrokerException : ClientException
{
    /// <summary>Makes the error.</summary>
    public UnsupportedByBrokerException(string message) : base(ErrorCode.UnsupportedVersion, message)
    {
    }
}

/// <summary>A broker has sent bytes that are not what the protocol says.</summary>
public sealed class ProtocolViolationException : ClientException
{
    /// <summary>Makes the error.</summary>
    public ProtocolViolationException(string message, Exception? innerException = null)
        : base(ErrorCode.None, message, innerException)
    {
    }
}
