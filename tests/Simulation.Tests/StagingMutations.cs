namespace LogStore.Simulation.Tests;

/// <summary>
/// Mistakes of links over RDMA: in the staging ring, which is the real one, and in the simulated end of a link, which
/// decides what happens when, as the transport does.
/// </summary>
internal static class StagingMutations
{
    private const string End = "RdmaEnd.cs";
    private const string Reader = "StagingReader.cs";
    private const string Writer = "StagingWriter.cs";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("No generation check",
            "A ring lies where an earlier one lay, and what was written to that one may land late.",
            new Edit(Reader, "if (header.Generation != _generation)", "if (header.Generation < 0)")),
        new("No sequence check",
            "What an earlier lap has left, or what strays, is an entry as well. (Either of the two checks would do.)",
            new Edit(Reader, "if (header.Sequence != _sequence)", "if (header.Sequence < 0)"),
            new Edit(Reader, "if ((uint)header.Sequence != announced)", "if (header.Sequence < 0)")),
        new("A pad may end anywhere",
            "The two ends disagree from then on about where the next entry is.",
            new Edit(
                Reader,
                "if (OffsetOf(_position) + header.Span != _capacity)",
                "if (OffsetOf(_position) + header.Span > _capacity)")),
        new("Grant what is only admitted",
            "The peer writes over what is still to be read.",
            new Edit(
                Reader,
                "StagingGrant grant = new(_generation, Volatile.Read(ref _freed),",
                "StagingGrant grant = new(_generation, _position,")),
        new("Release at admission",
            "The peer writes over what is still to be read.",
            new Edit(
                End,
                "            _admitted.Enqueue((entry, null));\n",
                "            _admitted.Enqueue((entry, null));\n            _reader.Release(entry);\n"),
            new Edit(End, "        _reader.Release(entry);\n        _in.OnReleased", "        _in.OnReleased")),
        new("Admit what can be seen",
            "Lines are written one by one: that the first is there does not say that the last is.",
            new Edit(
                Reader,
                "    /// <summary>A receive work request was posted again.</summary>\n",
                """
                    public bool Sees(Span<byte> ring, out uint sequence)
                    {
                        sequence = (uint)_sequence;
                        try
                        {
                            int offset = OffsetOf(_position);
                            if (ring[offset] == 0) return false;
                            StagingHeader header = StagingHeader.Read(ring[offset.._capacity], _capacity);
                            if (header.Generation != _generation || header.Sequence != sequence) return false;
                            if (header.Kind != StagingKind.Pad) return true;
                            header = StagingHeader.Read(ring, _capacity);
                            return header.Generation == _generation && header.Sequence == ++sequence;
                        }
                        catch (FrameException)
                        {
                            return false;
                        }
                    }

                """),
            new Edit(
                End,
                "        while (_queuePair.TryTake(out Arrival arrival))\n        {\n",
                """
                        while (_reader.Sees(_ring.Bytes, out uint next)) Take(new Arrival(null, next));
                        while (_queuePair.TryTake(out Arrival arrival))
                        {
                            if (arrival.Inline is null && !_ring.IsStruck) continue;

                """)),
        new("Acknowledge at the write's completion",
            "The bytes are in the follower's memory; nothing says that they will be in its log.",
            new Edit(
                End,
                "if (request.Carried is { } message) OnWritten(message);",
                """
                if (request.Carried is { Kind: ReplicaMessageKind.Append } message)
                {
                    ReplicaMessage done = new(
                        ReplicaMessageKind.Acknowledge, message.Partition, message.LeaderEpoch, message.Session)
                    {
                        EndOffset = message.EndOffset,
                        FlushedOffset = message.EndOffset,
                    };
                    _cluster.Receive(_process, _peer, done, null);
                }
                """)),
        new("Take a grant of another generation",
            "It is about what was freed in a ring that is no more.",
            new Edit(Writer, "if (grant.Generation != _generation || grant.Freed", "if (grant.Freed")),
        new("A completed write has room again",
            "That the bytes have arrived does not say that they were read.",
            new Edit(
                Writer,
                "Outstanding => _written - Math.Min(_freed, _completed);",
                "Outstanding => _written - Math.Max(_freed, _completed);")),
        new("A pad takes no room",
            "What stands behind the pad is written over what is still to be read.",
            new Edit(Writer, "Outstanding + PadBefore(contentLength) + Staging", "Outstanding + Staging")),
        new("Write where nothing is posted to receive it",
            "The device refuses it, again and again, until the link ends.",
            new Edit(Writer, "MaxContent && ReceivesLeft > receivesToLeave &&", "MaxContent &&")),
        new("Grant a whole ring at a time",
            "The next entry may need room that was freed, and nobody says so.",
            new Edit(Reader, "_grantedBytes) >= _capacity / GrantsPerRing", "_grantedBytes) >= _capacity")),
        new("Grant for the sake of a grant",
            "A grant uses up what it grants at the other end, which grants it again, and so on.",
            new Edit(Reader, "Math.Max(2, _receiveDepth / GrantsPerRing)", "1")),
        new("Signal every so many, and not the last",
            "Nobody learns that the last ones are done, and their room is never used again.",
            new Edit(End, "        _chain[^1].IsSignalled = true;\n", "")),
        new("Leave the old ring registered",
            "What is still under way lands in whatever is there now.",
            new Edit(End, "        Device.Deregister(_ring);\n", "")),
    ];
}
