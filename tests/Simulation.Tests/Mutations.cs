namespace LogStore.Simulation.Tests;

/// <summary>Mistakes that the simulator has to find, each a change of the protocol's source.</summary>
internal static class Mutations
{
    private const string Controller = "ClusterController.cs";
    private const string Follower = "FollowerReplica.cs";
    private const string Leader = "LeaderReplica.cs";
    private const string Live = "LiveBroker.cs";
    private const string Progress = "FollowerProgress.cs";
    private const string Replica = "PartitionReplica.cs";
    private const string State = "PartitionState.cs";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("Truncate by watermark",
            "A follower's watermark lags behind: what lies above it may be committed (KIP-101).",
            new Edit(
                Follower,
                "ReplicaEffectKind.Truncate) { Offset = endOffset }",
                "ReplicaEffectKind.Truncate) { Offset = Math.Max(HighWatermark, _log.LogStartOffset) }")),
        new("Truncate by the leader's offset alone",
            "Where the follower does not have the epoch, the leader's offset of it says nothing (KIP-279).",
            new Edit(
                Follower,
                "if (epoch == message.LastEpoch) endOffset = Math.Min(endOffset, message.EndOffset);",
                "endOffset = message.EndOffset;")),
        new("Match by offset alone",
            "Two logs of the same length need not hold the same.",
            new Edit(
                Leader,
                "if (epoch == message.LastEpoch && message.EndOffset <= endOffset)",
                "if (message.EndOffset <= _log.LogEndOffset)")),
        new("Leave out a member",
            "The member that was left out may be the next leader.",
            new Edit(
                Leader,
                "foreach (InSyncReplica replica in _state.InSyncReplicas) committed",
                "foreach (InSyncReplica replica in _state.InSyncReplicas.Take(Math.Max(1, " +
                    "_state.InSyncReplicas.Length - 1))) committed")),
        new("Count a replica that is no member",
            "Enough copies are not enough: it is from the in-sync set that the next leader is taken.",
            new Edit(
                Leader,
                "foreach (InSyncReplica replica in _state.InSyncReplicas) committed = Math.Min(committed, " +
                    "ReplicatedBy(replica));",
                "committed = Math.Min(committed, _followers.Values.Select(each => " +
                    "each.EndOffset).Append(long.MaxValue).OrderDescending().ElementAt(Math.Min(_options" +
                    ".MinInsyncReplicas - 1, _followers.Count)));")),
        new("Commit with the set that is only proposed",
            "The authority may refuse the change: then a member that was not counted may lead.",
            new Edit(
                Leader,
                "foreach (InSyncReplica replica in _state.InSyncReplicas) committed",
                "foreach (InSyncReplica replica in _proposed.IsDefault ? _state.InSyncReplicas : _proposed) " +
                    "committed")),
        new("Forget the proposed members",
            "A change of unknown outcome may have happened: then who was not counted may lead.",
            new Edit(
                Leader,
                "        if (!_proposed.IsDefault)\n        {",
                "        if (_proposed.IsDefault && _proposedVersion > 0)\n        {")),
        new("Take in a replica that is behind",
            "It lacks committed records, and may lead.",
            new Edit(
                Leader,
                "if (!follower.IsMatched || follower.EndOffset < needed) continue;",
                "if (!follower.IsMatched) continue;")),
        new("Take in by the watermark alone",
            "A new leader's watermark lags behind what was committed before it (KIP-966's precondition).",
            new Edit(
                Leader,
                "long needed = Math.Max(HighWatermark, EpochStartOffset);",
                "long needed = HighWatermark;")),
        new("Take in a replica that has not flushed",
            "Where only what is durable is committed, a member must have all of that durable.",
            new Edit(Leader, "if (_options.CommitsFlushed && follower.FlushedOffset < needed) continue;", "")),
        new("Take in a replica that cannot serve",
            "The controller takes it out again at once: the two go on for ever.",
            new Edit(Leader, "if (_failed.Contains(follower.BrokerId)) continue;", "")),
        new("Count what is not durable",
            "A failure of the power in all machines takes what was acknowledged as flushed.",
            new Edit(
                Leader,
                "        return Reached(follower);\n",
                "        return follower.EndOffset;\n")),
        new("The leader counts what it has not flushed itself",
            "It is one of the replicas that have to have it durable.",
            new Edit(
                Leader,
                "long committed = _options.CommitsFlushed ? _log.FlushedOffset : _log.LogEndOffset;",
                "long committed = _log.LogEndOffset;")),
        new("Count what an earlier session acknowledged",
            "That was about a log that has been cut, or lost, since.",
            new Edit(
                Progress,
                "EndOffset = SentOffset = endOffset;",
                "EndOffset = Math.Max(EndOffset, SentOffset = endOffset);")),
        new("A leader goes on when another is elected",
            "Whoever was elected has shut it out, and its log is no longer that of the others.",
            new Edit(
                Replica,
                "if (isNewEpoch) _isRoleDue = true;",
                "if (isNewEpoch) _isRoleDue = Leader is null || state.Leader == BrokerId;")),
        new("Cut to the start of a log that shares nothing",
            "What the leader has below it is never fetched, and the epoch that was in force is named again and again.",
            new Edit(
                Follower,
                "        effects.Add(endOffset <= _log.LogStartOffset\n",
                "        endOffset = Math.Max(endOffset, _log.LogStartOffset);\n" +
                    "        effects.Add(endOffset < _log.LogStartOffset\n")),
        new("Skip the epoch check at the follower",
            "A deposed leader goes on writing.",
            new Edit(
                Follower,
                "        if (message.LeaderEpoch < LeaderEpoch)\n",
                "        if (message.LeaderEpoch < 0)\n"),
            new Edit(Follower, "if (message.LeaderEpoch > LeaderEpoch || from != LeaderId) return;", ""),
            new Edit(Follower, "if (message.Session != _session || IsBusy", "if (IsBusy")),
        new("Append without looking where",
            "Messages are lost and overtake each other: there would be holes, or records twice.",
            new Edit(
                Follower,
                "if (message.StartOffset == end && message.EndOffset >= end &&",
                "if (message.EndOffset >= end &&")),
        new("Acknowledge before the append",
            "Nothing says yet that it will be in the log.",
            new Edit(
                Follower,
                "                _appending = message;\n",
                "                _appending = message;\n                _agreedEnd = message.EndOffset;\n" +
                    "                Acknowledge(effects);\n")),
        new("Follow while writes of the earlier epoch are under way, and acknowledge the log's end",
            "What a leader took before it was deposed counts as what its successor has at the same offsets.",
            new Edit(
                Follower,
                "        _phase = Phase.Changing;\n        effects.Add(new ReplicaEffect(ReplicaEffectKind.Settle));\n", ""),
            new Edit(Follower, "        long end = _agreedEnd;\n", "        long end = _agreedEnd = _log.LogEndOffset;\n")),
        new("Readable at once",
            "A new leader's watermark may be lower than what clients have been told: it goes back.",
            new Edit(
                Leader,
                "public bool IsReadable => HighWatermark >= EpochStartOffset;",
                "public bool IsReadable => true;")),
        new("A broker's number is enough",
            "A machine that lost records has the number that it had (KIP-903).",
            new Edit(
                Live,
                "replica.BrokerId == BrokerId && replica.BrokerEpoch >= IntactSince && replica.BrokerEpoch <= " +
                    "Epoch;",
                "replica.BrokerId == BrokerId;")),
        new("A new directory holds what was flushed",
            "It is empty.",
            new Edit(
                Live,
                "replica.BrokerId == BrokerId && replica.BrokerEpoch >= CreatedIn && replica.BrokerEpoch <= Epoch;",
                "replica.BrokerId == BrokerId;")),
        new("Lead in an epoch of an earlier life",
            "What was asked of the authority in that life may still happen, and what was not flushed may be lost.",
            new Edit(
                Replica,
                "            elected.BrokerEpoch == _self.Epoch)",
                "            elected.BrokerEpoch > 0)")),
        new("A leader that was started anew leads on",
            "It has forgotten which changes of the in-sync set it has asked for.",
            new Edit(
                Controller,
                "IsWell(entry, leader) &&\n        leader.BrokerEpoch == _brokers[leader.BrokerId].Epoch;",
                "IsWell(entry, leader);"),
            new Edit(Replica, "            elected.BrokerEpoch == _self.Epoch)", "            _self.Holds(elected))")),
        new("Elect whoever lives",
            "It may lack committed records, and nobody has asked for that.",
            new Edit(
                Controller,
                "(entry.AllowsUnclean || entry.IsGivenUp ? ElectUnclean(entry) : null)",
                "ElectUnclean(entry)")),
        new("Recover with whoever is back first",
            "A member that is still away may have all that this one has lost.",
            new Edit(
                Controller,
                "        if (!state.Candidates.All(HasLostSome)) return null;\n",
                "        if (state.InSyncReplicas.IsEmpty) return null;\n"),
            new Edit(
                Controller,
                "_brokers[replica.BrokerId].HoldsFlushed(replica))",
                "_brokers.TryGetValue(replica.BrokerId, out LiveBroker? back) && back.HoldsFlushed(replica))")),
        new("Recover without the eligible",
            "One that is away, and left while nothing could be committed, may have all that the in-sync set has lost.",
            new Edit(Controller, "!state.Candidates.All(HasLostSome)", "!state.InSyncReplicas.All(HasLostSome)"),
            new Edit(
                Controller,
                "_brokers[replica.BrokerId].HoldsFlushed(replica))",
                "_brokers.TryGetValue(replica.BrokerId, out LiveBroker? back) && back.HoldsFlushed(replica))")),
        new("Forget who was in sync",
            "Of a set too small to commit anything, what was committed is not less safe with those who were in it before.",
            new Edit(State, "Eligible = members.Length >= minInsyncReplicas\n", "Eligible = members.Length > 0\n")),
        new("Commit while others are eligible",
            "They would come to lack it, and may lead: where fewer are asked for meanwhile, they have to go first.",
            new Edit(Leader, "!HasEnoughReplicas || !_state.Eligible.IsEmpty)", "!HasEnoughReplicas)")),
        new("Recover although one has everything",
            "A disk without room has lost nothing: there will be room again.",
            new Edit(
                Controller,
                "_brokers.TryGetValue(replica.BrokerId, out LiveBroker? broker) && !broker.Holds(replica);",
                "_brokers.ContainsKey(replica.BrokerId);")),
        new("Elect without a new epoch",
            "Two leaders write in the same epoch.",
            new Edit(
                Controller,
                "LeaderEpoch = entry.State.LeaderEpoch + 1,",
                "LeaderEpoch = entry.State.LeaderEpoch,")),
        new("A failed replica may lead",
            "Its log cannot be read: nothing goes on.",
            new Edit(
                Controller,
                "broker.Holds(replica) &&\n        !entry.Failed.Contains(replica.BrokerId);",
                "broker.Holds(replica);")),
        new("A follower keeps the settings that it began with",
            "Where flushing is asked for later, nothing is ever committed again.",
            new Edit(Replica, "        Follower?.OnOptions(options, effects);\n", "")),
        new("Call a reassignment off whoever is in sync",
            "Where only replicas that it has added are in sync, nobody else has what is committed.",
            new Edit(State, "areOthersInSync ? unwanted", "areOthersInSync || true ? unwanted")),
        new("Call a reassignment off without a new epoch",
            "If it is asked for again before the leader has heard, an empty log counts for what was there before.",
            new Edit(
                State,
                "            LeaderEpoch = LeaderEpoch + 1,\n",
                "            LeaderEpoch = gone.Contains(Leader) ? LeaderEpoch + 1 : LeaderEpoch,\n")),
        new("A busy follower forgets that its link was new",
            "The leader waits for it to ask, and it for the leader to send.",
            new Edit(
                Follower,
                "        _isAskDue = IsBusy;\n        if (_isAskDue) return;\n",
                "        if (IsBusy) return;\n"),
            new Edit(
                Follower,
                "        if (IsBusy) _isAskDue = true;\n        else _phase",
                "        if (!IsBusy) _phase")),
    ];
}
