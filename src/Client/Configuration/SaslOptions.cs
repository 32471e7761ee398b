namespace LogStore.Client;

/// <summary>Who logs in, and how.</summary>
public sealed class SaslOptions
{
    /// <summary>The mechanism.</summary>
    public required SaslMechanism Mechanism { get; init; }

    /// <summary>The user's name.</summary>
    public required string UserName { get; init; }

    /// <summary>The password. It is never written to logs, exceptions or <see cref="ToString"/>.</summary>
    public required string Password { internal get; init; }

    /// <summary>The mechanism and the user, without the password.</summary>
    public override string ToString() => $"{Mechanism} as '{UserName}'";
}
