namespace LogStore.Broker.Groups.Coordination;

/// <summary>Something that wants to be called when its time has come.</summary>
internal interface IDeadlineHolder
{
    /// <summary>Called at a time that was asked for, or a little later.</summary>
    /// <param name="deadlineMs">
    /// That time, by which a holder that has asked for another since knows an old call.
    /// </param>
    public void OnDeadline(long deadlineMs);
}
