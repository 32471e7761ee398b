namespace LogStore.KafkaProtocol.Security;

/// <summary>
/// Sets of operations as the protocol sends them: bit n stands for the <see cref="AclOperation"/> n (KIP-430).
/// </summary>
public static class AclOperations
{
    /// <summary>What stands in place of a set that was not asked for.</summary>
    public const int NotAsked = int.MinValue;

    /// <summary>The set of the given operations.</summary>
    public static int Of(params ReadOnlySpan<AclOperation> operations)
    {
        int set = 0;
        foreach (AclOperation operation in operations) set |= 1 << (int)operation;
        return set;
    }

    /// <summary>Whether <paramref name="set"/> was asked for and has <paramref name="operation"/>.</summary>
    public static bool Contains(int set, AclOperation operation) =>
        set != NotAsked && (set & (1 << (int)operation)) != 0;
}
