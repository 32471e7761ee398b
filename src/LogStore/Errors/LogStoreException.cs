namespace LogStore;

/// <summary>The root of every error that LogStore reports; mistakes in calling it are argument exceptions.</summary>
public abstract class LogStoreException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The error underneath, where there is one.</param>
    protected LogStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Whether the same call can succeed later with nothing changed by the caller.</summary>
    public virtual bool IsTransient => false;
}
