namespace LogStore.Client;

/// <summary>A broker has refused a request, or a part of it.</summary>
public sealed class BrokerErrorException : ClientException
{
    /// <summary>Makes the error.</summary>
    /// <param name="errorCode">What the broker answered.</param>
    /// <param name="what">What was asked of it, as the beginning of a sentence: "Creating topic 'a'".</param>
    /// <param name="brokerMessage">What the broker said in words; null if nothing.</param>
    public BrokerErrorException(ErrorCode errorCode, string what, string? brokerMessage = null)
        : base(errorCode, $"{what} was refused: {ErrorText.Describe(errorCode, brokerMessage)}")
    {
    }

    /// <summary>Throws unless <paramref name="errorCode"/> is success.</summary>
    internal static void ThrowIfError(ErrorCode errorCode, string what, string? brokerMessage = null)
    {
        if (errorCode != ErrorCode.None) throw new BrokerErrorException(errorCode, what, brokerMessage);
    }
}
