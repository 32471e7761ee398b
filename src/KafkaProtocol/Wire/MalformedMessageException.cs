namespace LogStore.KafkaProtocol.Wire;

/// <summary>
/// Bytes that are not what the protocol says they should be. It is the only error that reading a frame can end in, and
/// there is no way to go on after it: whoever sent the frame is disconnected. It is never worth a retry.
/// </summary>
public sealed class MalformedMessageException : Exception
{
    /// <summary>Makes the error for what was found at <paramref name="position"/>.</summary>
    public MalformedMessageException(string reason, int position)
        : base($"Malformed message at byte {position}: {reason}.")
    {
        Reason = reason;
        Position = position;
    }

    /// <summary>What is wrong, without contents of the message: they may be secret.</summary>
    public string Reason { get; }

    /// <summary>Where it was noticed, in bytes from the beginning of what was read.</summary>
    public int Position { get; }
}
