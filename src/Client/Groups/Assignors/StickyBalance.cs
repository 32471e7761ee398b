namespace LogStore.Client.Groups;

/// <summary>
/// Begins with what members have, gives away what nobody has, and then moves single partitions, through other members
/// if need be, as long as that lessens the difference between two members. Where no such path is left, no division is
/// more even. Source: Harvey, Ladner, Lovász, Tamir, "Semi-matchings for bipartite graphs and load balancing", 2006.
/// </summary>
internal sealed class StickyBalance
{
    private readonly Member[] _members;
    private readonly Dictionary<string, Member[]> _subscribers = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, int> _partitionCounts;

    public StickyBalance(IReadOnlyList<MemberSubscription> members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        _partitionCounts = partitionCounts;
        _members = [.. members.Select(member => new Member(member))];
        foreach (string topic in partitionCounts.Keys)
            _subscribers[topic] = [.. _members.Where(member => member.Subscription.Topics.Contains(topic))];
    }

    public Dictionary<string, List<TopicPartition>> Run()
    {
        HashSet<TopicPartition> kept = Keep();
        foreach ((string topic, int count) in _partitionCounts.OrderBy(each => _subscribers[each.Key].Length)
            .ThenBy(each => each.Key, StringComparer.Ordinal))
        {
            if (_subscribers[topic].Length == 0) continue;
            for (int partition = 0; partition < count; partition++)
            {
                if (kept.Contains(new(topic, partition))) continue;
                _subscribers[topic].MinBy(member => member.Load)!.Add(topic, partition);
            }
        }

        while (TryImprove())
        {
        }

        return _members.ToDictionary(member => member.Subscription.MemberId, member => member.Partitions());
    }

    /// <summary>
    /// Leaves partitions with those who have them; of two who claim one, the later generation is right.
    /// </summary>
    private HashSet<TopicPartition> Keep()
    {
        HashSet<TopicPartition> kept = [];
        foreach (Member member in _members.OrderByDescending(member => member.Subscription.Generation))
        {
            foreach (TopicPartition owned in member.Subscription.Owned)
            {
                bool exists = _partitionCounts.TryGetValue(owned.Topic, out int count) && owned.Partition < count;
                if (exists && member.Subscription.Topics.Contains(owned.Topic) && kept.Add(owned))
                    member.Add(owned.Topic, owned.Partition);
            }
        }

        return kept;
    }

    /// <summary>
    /// Finds the busiest member that can, through others or not, give to one with two fewer at least.
    /// </summary>
    private bool TryImprove()
    {
        foreach (Member from in _members.OrderByDescending(member => member.Load))
        {
            Dictionary<Member, (Member Giver, string Topic)> reached = [];
            Queue<Member> queue = new([from]);
            while (queue.TryDequeue(out Member? giver))
            {
                foreach (string topic in giver.Topics)
                {
                    foreach (Member taker in _subscribers[topic])
                    {
                        if (taker == from || !reached.TryAdd(taker, (giver, topic))) continue;
                        if (taker.Load + 1 < from.Load)
                        {
                            Move(from, taker, reached);
                            return true;
                        }

                        queue.Enqueue(taker);
                    }
                }
            }
        }

        return false;
    }

    private static void Move(Member from, Member to, Dictionary<Member, (Member Giver, string Topic)> path)
    {
        for (Member taker = to; taker != from;)
        {
            (Member giver, string topic) = path[taker];
            taker.Add(topic, giver.Take(topic));
            taker = giver;
        }
    }

    private sealed class Member(MemberSubscription subscription)
    {
        private readonly Dictionary<string, List<int>> _partitions = new(StringComparer.Ordinal);

        public MemberSubscription Subscription => subscription;

        public int Load { get; private set; }

        /// <summary>The topics of which it has partitions.</summary>
        public IEnumerable<string> Topics => _partitions.Keys;

        public void Add(string topic, int partition)
        {
            if (!_partitions.TryGetValue(topic, out List<int>? list)) _partitions[topic] = list = [];
            list.Add(partition);
            Load++;
        }

        /// <summary>Gives up the partition that it got last, which it is least likely to have had before.</summary>
        public int Take(string topic)
        {
            List<int> list = _partitions[topic];
            int partition = list[^1];
            list.RemoveAt(list.Count - 1);
            if (list.Count == 0) _partitions.Remove(topic);
            Load--;
            return partition;
        }

        public List<TopicPartition> Partitions() =>
            [
                .. _partitions.SelectMany(each => each.Value.Select(index => new TopicPartition(each.Key, index)))
                    .Order(),
            ];
    }
}
