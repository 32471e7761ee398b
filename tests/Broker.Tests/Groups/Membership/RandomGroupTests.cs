using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Membership;

/// <summary>
/// Clients that do whatever they like to a group, honest and confused, with a log that stores late, fails, and a broker
/// that restarts. What must hold all the same is checked after each step.
/// </summary>
/// <remarks>
/// Not checked: that the group ever becomes stable; the last part, where everybody behaves, is for that.
/// </remarks>
public sealed class RandomGroupTests
{
    private static readonly MemberProtocol[][] Ballots =
    [
        GroupScene.Protocols("range"),
        GroupScene.Protocols("range", "sticky"),
        GroupScene.Protocols("sticky", "range"),
        GroupScene.Protocols("sticky"),
    ];

    [Fact]
    public void WhateverClientsDoTheRulesHold() => Seeds.ForEach(150, random => new Run(random).Go(steps: 400));

    private sealed class Run(Random random)
    {
        private readonly List<Client> _clients = [];
        private readonly Dictionary<int, string> _protocolOfGeneration = [];
        private readonly Dictionary<(int Generation, string Member), string> _assignments = [];
        private GroupScene _scene = new(new GroupRules
        {
            InitialRebalanceDelayMs = random.Next(2) * 500,
            MaxSize = random.Next(4) == 0 ? 3 : int.MaxValue,
        });

        private int _highestGeneration;

        public void Go(int steps)
        {
            for (int i = 0; i < 5; i++)
            {
                _clients.Add(new Client
                {
                    // Two of them under one name, so that they fence each other.
                    InstanceId = i switch { 3 or 4 => "twin", 2 => "static", _ => null },
                });
            }

            for (int step = 0; step < steps; step++)
            {
                Step();
                Check();
            }

            BehaveUntilStable();
        }

        private void Step()
        {
            Client client = _clients[random.Next(_clients.Count)];
            _scene.StoresAtOnce = random.Next(3) != 0;
            switch (random.Next(14))
            {
                case <= 3:
                    Join(client);
                    break;
                case <= 6:
                    Sync(client);
                    break;
                case 7:
                    _scene.Heartbeat(client.MemberId, client.Generation, client.InstanceId);
                    break;
                case 8:
                    TryCommit(client);
                    break;
                case 9 when random.Next(3) == 0:
                    if (_scene.Leave(client.MemberId, client.InstanceId) == ErrorCode.None) client.Forget();
                    break;
                case 10 when random.Next(4) == 0:
                    // The client starts again, without knowing what it was.
                    client.Forget();
                    break;
                case 11 when client.Pending.Count > 0:
                    long ticket = client.Pending[^1];
                    client.Pending.RemoveAt(client.Pending.Count - 1);
                    if (_scene.IsParked(ticket)) _scene.Abandon(ticket);
                    break;
                case 12:
                    _scene.Advance(random.Next(3) == 0 ? random.Next(30_000) : random.Next(1_000));
                    break;
                case 13 when random.Next(10) == 0:
                    Restart();
                    break;
                default:
                    if (_scene.HasUnstored)
                        _scene.StoreNext(random.Next(5) == 0 ? ErrorCode.CoordinatorNotAvailable : ErrorCode.None);
                    break;
            }

            foreach (Client each in _clients) Collect(each);
        }

        private void Join(Client client)
        {
            string id = random.Next(10) == 0 ? "" : client.MemberId;
            MemberProtocol[] ballot =
                random.Next(4) == 0 ? Ballots[random.Next(Ballots.Length)] : client.Protocols ?? Ballots[1];
            client.Protocols = ballot;
            client.Pending.Add(_scene.Join(
                id, client.InstanceId, ballot, requiresId: random.Next(2) == 0, rebalanceMs: 5_000 + random.Next(60_000)));
        }

        private void Sync(Client client)
        {
            int generation = random.Next(10) == 0 ? client.Generation - 1 : client.Generation;
            string[] members = [.. _scene.Group.Members.Select(member => member.MemberId)];
            client.Pending.Add(_scene.Sync(
                client.MemberId, generation, client.InstanceId,
                [.. members.Select(id => (id, $"{generation}:{id}:{random.Next(1000)}"))]));
        }

        private void TryCommit(Client client)
        {
            int generation = client.Generation - random.Next(2);
            ErrorCode error = _scene.Commit(client.MemberId, generation, client.InstanceId);
            // Without an id it is the commit of somebody who is no member, which an empty group takes.
            if (error != ErrorCode.None || client.MemberId.Length == 0) return;
            Assert.Equal(_scene.Group.Generation, generation);
            Assert.Contains(_scene.Group.Members, member => member.MemberId == client.MemberId);
        }

        private void Restart()
        {
            if (_scene.Stored.Count == 0) return;
            _scene.Unload();
            foreach (Client client in _clients) Collect(client);
            // What was not stored is lost, and with it perhaps generations that nobody was told an assignment of.
            GroupScene before = _scene;
            _scene = new GroupScene(before.Rules, before.Stored[^1], before);
            _highestGeneration = _scene.Group.Generation;
            foreach (int lost in _protocolOfGeneration.Keys.Where(each => each > _highestGeneration).ToArray())
                _protocolOfGeneration.Remove(lost);
            foreach ((int, string) lost in _assignments.Keys.Where(each => each.Generation > _highestGeneration).ToArray())
                Assert.Fail($"The assignment {lost} was told and not stored.");
        }

        private void Collect(Client client)
        {
            foreach (long ticket in client.Pending.Where(ticket => !_scene.IsParked(ticket)).ToArray())
            {
                client.Pending.Remove(ticket);
                if (_scene.TryJoined(ticket) is { } joined) OnJoined(client, joined);
                else OnSynced(client, _scene.Work(ticket));
            }
        }

        private void OnJoined(Client client, JoinReply reply)
        {
            client.LastError = reply.Error;
            if (reply.Error is ErrorCode.MemberIdRequired) client.MemberId = reply.MemberId;
            if (reply.Error is ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId) client.Forget();
            if (reply.Error != ErrorCode.None) return;
            client.MemberId = reply.MemberId;
            client.Generation = reply.Generation;
            Assert.True(_protocolOfGeneration.TryAdd(reply.Generation, reply.ProtocolName) ||
                _protocolOfGeneration[reply.Generation] == reply.ProtocolName, "One generation, two protocols.");
        }

        private void OnSynced(Client client, string work)
        {
            if (work.Length == 0) return;
            string[] parts = work.Split(':');
            int generation = int.Parse(parts[0]);
            // A static member keeps the work of the id that it had before.
            (int, string) key = (generation, client.InstanceId ?? client.MemberId);
            Assert.True(_assignments.TryAdd(key, work) || _assignments[key] == work,
                $"{key} has two assignments: {_assignments[key]} and {work}");
        }

        private void Check()
        {
            Group group = _scene.Group;
            Assert.True(group.Generation >= _highestGeneration, "The generation went back.");
            _highestGeneration = group.Generation;
            Assert.Equal(group.Members.Count, group.Members.Select(member => member.MemberId).Distinct().Count());
            string[] names = [.. group.Members.Select(member => member.InstanceId).OfType<string>()];
            Assert.Equal(names.Length, names.Distinct().Count());
            if (group.Members.Count > 0)
                Assert.Contains(group.LeaderId, group.Members.Select(member => member.MemberId));
            Assert.True(group.Members.Count(member => member.IsJoining) <= _scene.Rules.MaxSize, "It is too large.");
            switch (group.State)
            {
                case GroupState.Empty:
                    Assert.Empty(group.Members);
                    break;
                case GroupState.Stable or GroupState.CompletingRebalance:
                    Assert.NotEmpty(group.Members);
                    Assert.All(group.Members, member => Assert.True(member.Supports(group.ProtocolName!)));
                    break;
                default:
                    Assert.All(group.Members, member => Assert.Null(member.SyncTicket));
                    break;
            }

            foreach (GroupMember member in group.Members)
            {
                Assert.True(group.State != GroupState.Stable || member.SyncTicket is null, "A sync waits for nothing.");
                if (member.JoinTicket is { } join) Assert.True(_scene.IsParked(join));
                if (member.SyncTicket is { } sync) Assert.True(_scene.IsParked(sync));
                // Whatever can expire is waited for.
                Assert.True(group.NextDeadlineMs <= member.NextDeadlineMs);
            }

            long[] parked =
                [.. group.Members.SelectMany(member => new[] { member.JoinTicket, member.SyncTicket }).OfType<long>()];
            foreach (Client client in _clients)
                Assert.All(client.Pending.Where(_scene.IsParked), ticket => Assert.Contains(ticket, parked));
        }

        /// <summary>
        /// Everybody does what a sound client does; then there must be a stable generation of them all.
        /// </summary>
        private void BehaveUntilStable()
        {
            Client[] honest = [_clients[0], _clients[1], _clients[2]];
            _scene.StoresAtOnce = true;
            while (_scene.HasUnstored) _scene.StoreNext();
            foreach (Client client in _clients) Collect(client);
            for (int round = 0; round < 2_000; round++)
            {
                foreach (Client client in honest) Behave(client);
                if (_scene.Group.State == GroupState.Stable && _scene.Group.Members.Count == honest.Length &&
                    honest.All(client => client.IsSynced && client.Generation == _scene.Group.Generation))
                    return;
                _scene.Advance(200);
                foreach (Client client in honest) Collect(client);
            }

            Assert.Fail($"It is {_scene.Group.State} in the end, with {_scene.Group.Members.Count} members.");
        }

        private void Behave(Client client)
        {
            Collect(client);
            if (client.Pending.Count > 0) return;
            if (client.NeedsToJoin)
            {
                client.NeedsToJoin = client.IsSynced = false;
                client.Pending.Add(_scene.Join(client.MemberId, client.InstanceId, Ballots[1], requiresId: true));
                client.IsJoining = true;
                Collect(client);
                return;
            }

            if (client.IsJoining)
            {
                client.IsJoining = false;
                client.NeedsToJoin = client.LastError != ErrorCode.None;
                if (client.NeedsToJoin && client.LastError != ErrorCode.MemberIdRequired) client.Forget();
                if (client.NeedsToJoin) return;
                long ticket = _scene.Sync(
                    client.MemberId, client.Generation, client.InstanceId,
                    [.. _scene.Group.Members.Select(each => (each.MemberId, $"{client.Generation}:{each.MemberId}:0"))]);
                client.Pending.Add(ticket);
                client.IsSynced = true;
                return;
            }

            ErrorCode beat = _scene.Heartbeat(client.MemberId, client.Generation, client.InstanceId);
            if (beat == ErrorCode.None) return;
            if (beat is ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId) client.Forget();
            client.NeedsToJoin = true;
        }
    }

    private sealed class Client
    {
        public string? InstanceId { get; init; }

        public string MemberId { get; set; } = "";

        public int Generation { get; set; } = -1;

        public MemberProtocol[]? Protocols { get; set; }

        public List<long> Pending { get; } = [];

        public ErrorCode LastError { get; set; }

        public bool NeedsToJoin { get; set; } = true;

        public bool IsJoining { get; set; }

        public bool IsSynced { get; set; }

        public void Forget() => (MemberId, Generation) = ("", -1);
    }
}
