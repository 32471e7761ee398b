using LogStore.Broker.Diagnostics;
using LogStore.Broker.Network;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Wire;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Requests;

/// <summary>Brings each request to its handler. Thread-safe; what it keeps for a connection is in the connection.</summary>
internal sealed class RequestDispatcher(ApiTable apis, ILogger logger)
{
    /// <summary>
    /// The most bytes of a request that carries no records. It is made into many times its size of objects; and what a group
    /// is told of its members and their work has to fit a record, which is no larger by default.
    /// </summary>
    private const int MaxBytesWithoutRecords = 1024 * 1024;

    /// <summary>Reads a request's header and finds its handler. What has none is complete at once.</summary>
    /// <param name="connection">Where it came from.</param>
    /// <param name="frame">Its bytes, which the context takes over.</param>
    /// <param name="header">A variable of the connection, in which the client id is kept between requests.</param>
    public PreparedRequest Prepare(ConnectionInfo connection, RequestFrame frame, ref RequestHeader header)
    {
        if (connection.ExpectsSaslTokens)
            return new PreparedRequest(new RequestContext(connection, header, frame), apis.SaslTokens, frame.Bytes);
        RequestStatus status;
        ReadOnlyMemory<byte> body;
        try
        {
            status = KafkaProtocol.Requests.ReadHeader(frame.Bytes, ref header, out body);
        }
        catch (MalformedMessageException exception)
        {
            BrokerEvents.MalformedRequest(logger, connection.Name, "a request header", exception.Message);
            return Refuse(new RequestContext(connection, header, frame) { ClosesConnection = true });
        }

        RequestContext context = new(connection, header, frame);
        ApiHandler? handler = status == RequestStatus.UnknownApi ? null : apis.Find(header.Api);
        string? reason = handler is null ? "it is not spoken here"
            : !handler.BeforeAuthentication && !connection.IsAuthenticated ? "the client has not authenticated"
            : status != RequestStatus.Supported ? "that version is not spoken here"
            : header.Api != ApiKey.Produce && frame.Length > MaxBytesWithoutRecords ? $"{frame.Length} bytes are too many for it"
            : null;
        if (reason is null) return new PreparedRequest(context, handler, body);
        if (status == RequestStatus.UnsupportedVersion && header.Api == ApiKey.ApiVersions)
        {
            // The client learns the versions from this answer, and goes on.
            context.SetReply(ApiVersionsResponse.UnsupportedVersion(), version: 0);
        }
        else
        {
            BrokerEvents.RefusedApi(logger, connection.Name, (short)header.Api, header.ApiVersion, reason);
            context.ClosesConnection = true;
        }

        return Refuse(context);
    }

    /// <summary>Has a request handled; it is complete when the returned task is, which never fails.</summary>
    public Task Run(in PreparedRequest request) => request.Handler is null
        ? Task.CompletedTask
        : RunAsync(request.Handler, request.Context, request.Body).AsTask();

    private async ValueTask RunAsync(ApiHandler handler, RequestContext context, ReadOnlyMemory<byte> body)
    {
        try
        {
            await handler.RunAsync(context, body).ConfigureAwait(false);
        }
        catch (MalformedMessageException exception)
        {
            BrokerEvents.MalformedRequest(logger, context.Connection.Name, context.Api.ToString(), exception.Message);
            context.ClosesConnection = true;
        }
        catch (OperationCanceledException) when (context.Aborted.IsCancellationRequested)
        {
            context.ClosesConnection = true;
        }
        catch (Exception exception)
        {
            // A handler turns what it expects into error codes. For the rest the protocol has no general answer.
            BrokerEvents.FailedRequest(logger, context.Connection.Name, context.Api, context.Version, exception);
            context.ClosesConnection = true;
        }
        finally
        {
            context.Complete();
        }
    }

    private static PreparedRequest Refuse(RequestContext context)
    {
        context.Complete();
        return new PreparedRequest(context, Handler: null, Body: default);
    }
}
