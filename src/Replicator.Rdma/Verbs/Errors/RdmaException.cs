namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>The root of what RDMA reports as an error. Completion statuses are values, not exceptions.</summary>
public abstract class RdmaException : LogStoreException
{
    /// <summary>Makes an error from a message that says what happened, to what, and what to do.</summary>
    protected RdmaException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
