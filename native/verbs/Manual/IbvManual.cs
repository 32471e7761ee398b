namespace LogStore.Verbs;

/// <summary>
/// What <c>verbs.h</c> does in macros and static inlines that the generator cannot transpile into something usable.
/// </summary>
internal static unsafe class IbvManual
{
    // verbs_context ends with its embedded ibv_context, so the distance is what lies before the last field. The
    // transpiled verbs_get_ctx asks Marshal.OffsetOf for it, by reflection, at each call.
    private static readonly int ContextOffset = sizeof(verbs_context) - sizeof(ibv_context);

    // `__VERBS_ABI_IS_EXTENDED`: the mark of a context that is the tail of a verbs_context.
    private static readonly void* ExtendedAbi = (void*)-1;

    /// <summary>The <see cref="verbs_context"/> around a context, or null where the provider has none.</summary>
    public static verbs_context* GetVerbsContext(ibv_context* context) =>
        context->abi_compat == ExtendedAbi ? (verbs_context*)((byte*)context - ContextOffset) : null;

    /// <summary>
    /// <c>ibv_query_port</c> as <c>verbs.h</c> has it. The exported function of that name fills the old, shorter struct;
    /// today's one is reached through the provider's table and is told the size that the caller knows.
    /// </summary>
    /// <returns>0, or an errno.</returns>
    public static int QueryPort(ibv_context* context, byte port, ibv_port_attr* attributes)
    {
        *attributes = default;
        verbs_context* extended = GetVerbsContext(context);
        if (extended != null && extended->sz >= (nuint)QueryPortEnd(extended) && extended->query_port != null)
        {
            return extended->query_port(context, port, attributes, (nuint)sizeof(ibv_port_attr));
        }

        // An old provider: what it fills is a prefix of ibv_port_attr, and the rest stays zero.
        return Ibv.ibv_query_port(context, port, (_compat_ibv_port_attr*)attributes);
    }

    // verbs_context grows at its front: a provider's table has a verb if its size reaches back to that field.
    private static long QueryPortEnd(verbs_context* extended) =>
        (byte*)extended + sizeof(verbs_context) - (byte*)&extended->query_port;
}
