namespace LogStore.Replicator.Transport.Frames;

/// <summary>What has arrived is not what a peer sends: the link ends.</summary>
internal sealed class FrameException(string reason) : LogStoreException(reason)
{
    public override bool IsTransient => true; // The next link begins anew.
}
