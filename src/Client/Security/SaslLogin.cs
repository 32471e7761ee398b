using System.Security.Cryptography;
using LogStore.Client.Connections;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Client.Security;

/// <summary>Logs in on a new connection: SaslHandshake, then SaslAuthenticate until the mechanism is content.</summary>
internal static class SaslLogin
{
    public static async Task RunAsync(
        BrokerConnection connection, SaslOptions options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ISaslClient client = CreateClient(options);
        var handshake = new SaslHandshakeRequest { Mechanism = client.Mechanism };
        SaslHandshakeResponse offered = await connection
            .SendAsync<SaslHandshakeRequest, SaslHandshakeResponse>(handshake, timeout, version: 1, cancellationToken)
            .ConfigureAwait(false);
        if (offered.ErrorCode != ErrorCode.None)
        {
            throw new BrokerAuthenticationException(
                $"The broker {connection.Name} does not take {client.Mechanism}; " +
                $"it offers {string.Join(", ", offered.Mechanisms)}. Set sasl.mechanism to one of these.");
        }

        ReadOnlyMemory<byte> challenge = default;
        while (client.Next(challenge.Span) is { } message)
        {
            SaslAuthenticateResponse response = await connection
                .SendAsync<SaslAuthenticateRequest, SaslAuthenticateResponse>(
                    new SaslAuthenticateRequest { AuthBytes = message }, timeout, cancellationToken)
                .ConfigureAwait(false);
            if (response.ErrorCode != ErrorCode.None)
            {
                throw new BrokerAuthenticationException(
                    $"The broker {connection.Name} refused the log-in of {options}: " +
                    ErrorText.Describe(response.ErrorCode, response.ErrorMessage));
            }

            challenge = response.AuthBytes;
        }
    }

    private static ISaslClient CreateClient(SaslOptions options) => options.Mechanism switch
    {
        SaslMechanism.Plain => new PlainClient(options.UserName, options.Password),
        SaslMechanism.ScramSha512 => new ScramClient(HashAlgorithmName.SHA512, options.UserName, options.Password),
        _ => new ScramClient(HashAlgorithmName.SHA256, options.UserName, options.Password),
    };
}
