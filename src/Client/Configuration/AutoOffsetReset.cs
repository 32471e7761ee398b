namespace LogStore.Client;

/// <summary>Where a consumer begins where there is no committed offset, or one that is gone.</summary>
public enum AutoOffsetReset
{
    /// <summary>At the end: only records that are produced from now on.</summary>
    Latest,

    /// <summary>At the first record that is retained.</summary>
    Earliest,

    /// <summary>Nowhere: consuming fails with <see cref="NoOffsetException"/>.</summary>
    None,
}
