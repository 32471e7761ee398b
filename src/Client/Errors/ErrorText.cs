namespace LogStore.Client;

/// <summary>Says in words what a code means for the one who asked, and what to do.</summary>
internal static class ErrorText
{
    public static string Describe(ErrorCode code, string? brokerMessage = null)
    {
        string name = $"{code} ({(short)code})";
        string text = string.IsNullOrEmpty(brokerMessage) ? Advice(code) : brokerMessage.TrimEnd('.');
        return text.Length == 0 ? name : $"{name}: {text}.";
    }

    private static string Advice(ErrorCode code) => code switch
    {
        ErrorCode.UnknownTopicOrPartition => "there is no such topic or partition; create it, or check the name",
        ErrorCode.TopicAlreadyExists => "there is a topic of this name already",
        ErrorCode.TopicAuthorizationFailed => "the user may not do this to the topic; ask for an ACL",
        ErrorCode.GroupAuthorizationFailed => "the user may not do this to the group; ask for an ACL",
        ErrorCode.ClusterAuthorizationFailed => "the user may not do this to the cluster; ask for an ACL",
        ErrorCode.MessageTooLarge =>
            "the batch exceeds the topic's max.message.bytes; lower batch.size or raise the topic's limit",
        ErrorCode.NotEnoughReplicas => "fewer replicas are in sync than min.insync.replicas asks for",
        ErrorCode.NonEmptyGroup => "the group has members; stop its consumers first",
        ErrorCode.GroupIdNotFound => "there is no such group",
        ErrorCode.InvalidReplicationFactor => "there are fewer brokers than replicas asked for",
        ErrorCode.InvalidPartitions => "the number of partitions is not possible; it can only grow",
        ErrorCode.UnsupportedVersion => "the broker does not speak this version; use a newer one",
        ErrorCode.SaslAuthenticationFailed => "user name or password is wrong",
        ErrorCode.FencedInstanceId => "another consumer has taken over the same group.instance.id",
        ErrorCode.GroupMaxSizeReached => "the group has as many members as the broker allows",
        ErrorCode.UnsupportedCompressionType => "the broker does not take this compression",
        ErrorCode.InvalidRecord => "the broker refuses a record; a compacted topic takes no records without a key",
        _ => "",
    };
}
