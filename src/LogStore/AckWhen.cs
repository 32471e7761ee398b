namespace LogStore;

/// <summary>When an append counts as done. Each level includes the ones before it.</summary>
public enum AckWhen
{
    /// <summary>
    /// At once: the log has taken a copy of the bytes. They are lost if the process dies, and a later write error is only
    /// logged and counted. Kafka: <c>acks=0</c>.
    /// </summary>
    None = 0,

    /// <summary>
    /// When the bytes are in the log file (the page cache): they survive the process, not the machine. Kafka:
    /// <c>acks=1</c>. With <c>flush.messages</c> set, an append that makes a flush due waits for it, as in Kafka.
    /// </summary>
    Appended = 1,

    /// <summary>When fdatasync has returned for them: they survive the machine.</summary>
    Flushed = 2,
}
