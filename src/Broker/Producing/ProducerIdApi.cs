using LogStore.Broker.Requests;
using LogStore.Broker.Transactions;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Transactions;

namespace LogStore.Broker.Producing;

/// <summary>Gives idempotent producers their ids. Transactional ones are refused: there are no transactions yet.</summary>
internal sealed class ProducerIdApi(IProducerIdSource ids)
{
    public void Register(ApiTable apis) => apis.Add<InitProducerIdRequest, InitProducerIdResponse>(InitProducerIdAsync);

    private async ValueTask<InitProducerIdResponse> InitProducerIdAsync(
        InitProducerIdRequest request, RequestContext context)
    {
        if (request.TransactionalId is not null) return new() { ErrorCode = TransactionApi.Refusal };
        // Who may write to a topic needs no further right to do so idempotently (KIP-679).
        if (!context.IsAllowedOnAny(AclOperation.Write, AclResourceType.Topic) &&
            !context.IsAllowedOnCluster(AclOperation.IdempotentWrite))
            return new() { ErrorCode = ErrorCode.ClusterAuthorizationFailed };
        try
        {
            return new() { ProducerId = await ids.NextAsync(context.Aborted).ConfigureAwait(false), ProducerEpoch = 0 };
        }
        catch (Exception exception) when (exception is IOException or LogStoreException or UnauthorizedAccessException)
        {
            return new() { ErrorCode = ErrorCodes.Of(exception) };
        }
    }
}
