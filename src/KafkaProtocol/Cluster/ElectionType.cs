namespace LogStore.KafkaProtocol.Cluster;

/// <summary>Which replica may be elected as leader (KIP-460).</summary>
public enum ElectionType : sbyte
{
    /// <summary>The first of the replicas, if it is in sync.</summary>
    Preferred = 0,

    /// <summary>Any replica that is up, if none is in sync. Committed records may be lost.</summary>
    Unclean = 1,
}
