using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Security;

/// <summary>
/// The place of delegation tokens, of which there are none: every request is answered as by a Kafka in which they are off.
/// </summary>
internal static class DelegationTokenApi
{
    private const ErrorCode Refusal = ErrorCode.DelegationTokenAuthDisabled;

    public static void Register(ApiTable apis)
    {
        apis.Add<CreateDelegationTokenRequest, CreateDelegationTokenResponse>((_, _) => new() { ErrorCode = Refusal });
        apis.Add<RenewDelegationTokenRequest, RenewDelegationTokenResponse>((_, _) => new() { ErrorCode = Refusal });
        apis.Add<ExpireDelegationTokenRequest, ExpireDelegationTokenResponse>((_, _) => new() { ErrorCode = Refusal });
        apis.Add<DescribeDelegationTokenRequest, DescribeDelegationTokenResponse>((_, _) => new() { ErrorCode = Refusal });
    }
}
