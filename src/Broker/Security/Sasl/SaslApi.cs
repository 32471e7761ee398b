using LogStore.Broker.Diagnostics;
using LogStore.Broker.Network;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Security.Sasl;

/// <summary>
/// Authenticates connections: SaslHandshake chooses the mechanism, then the mechanism's messages come in SaslAuthenticate
/// requests, or, after version 0 of the handshake, in frames of their own.
/// </summary>
/// <remarks>What is kept for a connection is in the connection. Source: KIP-43, KIP-152.</remarks>
internal sealed class SaslApi(SecurityOptions options, UserStore? users, TimeProvider clock, ILogger logger)
{
    /// <summary>
    /// PLAIN computes a key, on purpose a costly one, for whoever asks: no more of them at a time than there are processors, so
    /// that those who are let in already are served.
    /// </summary>
    private static readonly SemaphoreSlim Computing = new(Environment.ProcessorCount);

    public void Register(ApiTable apis)
    {
        apis.Add<SaslHandshakeRequest, SaslHandshakeResponse>(Handshake, beforeAuthentication: true);
        apis.Add<SaslAuthenticateRequest, SaslAuthenticateResponse>(AuthenticateAsync, beforeAuthentication: true);
        apis.SaslTokens = new TokenHandler(this) { MayOverlap = false, BeforeAuthentication = true };
    }

    private SaslHandshakeResponse Handshake(SaslHandshakeRequest request, RequestContext context)
    {
        ConnectionInfo connection = context.Connection;
        SaslHandshakeResponse response = new() { Mechanisms = [.. options.Mechanisms] };
        if (connection.IsAuthenticated || users is null) response.ErrorCode = ErrorCode.IllegalSaslState;
        else if (!options.Mechanisms.Contains(request.Mechanism)) response.ErrorCode = ErrorCode.UnsupportedSaslMechanism;
        if (response.ErrorCode != ErrorCode.None)
        {
            context.ClosesAfterReply = !connection.IsAuthenticated;
            return response;
        }

        connection.Sasl = request.Mechanism == PlainExchange.Name
            ? new PlainExchange(users!)
            : new ScramExchange(ScramMechanism.Find(request.Mechanism)!, users!);
        connection.ExpectsSaslTokens = context.Version == 0;
        return response;
    }

    private async ValueTask<SaslAuthenticateResponse> AuthenticateAsync(
        SaslAuthenticateRequest request, RequestContext context)
    {
        if (context.Connection.Sasl is null)
        {
            context.ClosesAfterReply = !context.Connection.IsAuthenticated;
            return new()
            {
                ErrorCode = ErrorCode.IllegalSaslState,
                ErrorMessage = "SaslHandshake comes first, and once.",
            };
        }

        SaslStep step = await StepAsync(request.AuthBytes, context).ConfigureAwait(false);
        return step.Outcome == SaslOutcome.Failed
            ? new() { ErrorCode = ErrorCode.SaslAuthenticationFailed, ErrorMessage = "The name or the password is wrong." }
            : new() { AuthBytes = step.Reply };
    }

    /// <summary>Takes a message; a refusal is made to wait, and ends the connection.</summary>
    private async ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte> message, RequestContext context)
    {
        ConnectionInfo connection = context.Connection;
        SaslExchange exchange = connection.Sasl!;
        await Computing.WaitAsync(context.Aborted).ConfigureAwait(false);
        SaslStep step;
        try
        {
            step = exchange.Next(message.Span);
        }
        finally
        {
            Computing.Release();
        }

        switch (step.Outcome)
        {
            case SaslOutcome.Succeeded:
                connection.Authenticate(new Principal("User", step.User!));
                SecurityEvents.Authenticated(logger, connection.Name, connection.Principal.ToString(), exchange.Mechanism);
                break;
            case SaslOutcome.Failed:
                connection.Sasl = null;
                SecurityEvents.AuthenticationFailed(logger, connection.Name, exchange.Mechanism);
                context.ClosesAfterReply = true;
                await Task.Delay(options.FailureDelay, clock, context.Aborted).ConfigureAwait(false);
                break;
        }

        return step;
    }

    /// <summary>Takes the mechanism's messages where they come without a request around them.</summary>
    private sealed class TokenHandler(SaslApi sasl) : ApiHandler
    {
        public override async ValueTask RunAsync(RequestContext context, ReadOnlyMemory<byte> body)
        {
            SaslStep step = await sasl.StepAsync(body, context).ConfigureAwait(false);
            // There is no error to answer with: the connection ends.
            if (step.Outcome == SaslOutcome.Failed) context.ClosesConnection = true;
            else context.SetRawReply(buffer => Frames.Write(buffer, step.Reply));
        }
    }
}
