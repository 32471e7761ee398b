namespace LogStore.Bench.Broker.Clients;

/// <summary>
/// The keys of RabbitMQ's stream protocol that a load needs; see PROTOCOL.adoc of its stream plugin. An answer has the key of
/// its request and the highest bit.
/// </summary>
internal enum StreamCommand : short
{
    DeclarePublisher = 0x01,
    Publish = 0x02,
    PublishConfirm = 0x03,
    Subscribe = 0x07,
    Deliver = 0x08,
    Credit = 0x09,
    Unsubscribe = 0x0c,
    Create = 0x0d,
    Delete = 0x0e,
    Metadata = 0x0f,
    PeerProperties = 0x11,
    SaslHandshake = 0x12,
    SaslAuthenticate = 0x13,
    Tune = 0x14,
    Open = 0x15,
    Heartbeat = 0x17,
}
