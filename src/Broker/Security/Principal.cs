namespace LogStore.Broker.Security;

/// <summary>Who a connection speaks for.</summary>
/// <param name="Type">The kind; <c>User</c> for everyone there is.</param>
/// <param name="Name">The name, from a certificate's subject or from SASL.</param>
internal sealed record Principal(string Type, string Name)
{
    /// <summary>Whoever has not authenticated.</summary>
    public static Principal Anonymous { get; } = new("User", "ANONYMOUS");

    /// <summary>Kafka's form, <c>User:name</c>.</summary>
    public override string ToString() => $"{Type}:{Name}";
}
