using LogStore.Broker.Security.Acls;
using LogStore.Broker.Tests.Groups.Support;
using LogStore.KafkaProtocol.Security;
using Xunit;

namespace LogStore.Broker.Tests.Security;

/// <summary>What a set of rules allows, by table and by chance.</summary>
public sealed class AclRulesTests
{
    private static readonly string[] Names = ["", "a", "ab", "abc", "b", "*"];
    private static readonly string[] Principals = ["User:x", "User:y", "User:*"];
    private static readonly string[] Hosts = ["10.0.0.1", "10.0.0.2", "*"];
    private static readonly AclOperation[] Operations =
    [
        AclOperation.All, AclOperation.Read, AclOperation.Write, AclOperation.Delete, AclOperation.Alter, AclOperation.Describe,
        AclOperation.DescribeConfigs, AclOperation.AlterConfigs, AclOperation.Create,
    ];

    [Theory]
    // One rule: allow, or deny beside an allowance of everything; pattern and name; operation. Then what is asked, and the answer.
    [InlineData("allow", "literal", "a", AclOperation.Read, "a", AclOperation.Read, true)]
    [InlineData("allow", "literal", "a", AclOperation.Read, "ab", AclOperation.Read, null)]
    [InlineData("allow", "literal", "a", AclOperation.Read, "a", AclOperation.Write, false)]
    [InlineData("allow", "literal", "a", AclOperation.Read, "a", AclOperation.Describe, true)]
    [InlineData("allow", "literal", "a", AclOperation.Write, "a", AclOperation.Describe, true)]
    [InlineData("allow", "literal", "a", AclOperation.Delete, "a", AclOperation.Describe, true)]
    [InlineData("allow", "literal", "a", AclOperation.Alter, "a", AclOperation.Describe, true)]
    [InlineData("allow", "literal", "a", AclOperation.Create, "a", AclOperation.Describe, false)]
    [InlineData("allow", "literal", "a", AclOperation.Describe, "a", AclOperation.Read, false)]
    [InlineData("allow", "literal", "a", AclOperation.AlterConfigs, "a", AclOperation.DescribeConfigs, true)]
    [InlineData("allow", "literal", "a", AclOperation.AlterConfigs, "a", AclOperation.Describe, false)]
    [InlineData("allow", "literal", "a", AclOperation.All, "a", AclOperation.Alter, true)]
    [InlineData("allow", "literal", "*", AclOperation.Read, "anything", AclOperation.Read, true)]
    [InlineData("allow", "prefixed", "a", AclOperation.Read, "ab", AclOperation.Read, true)]
    [InlineData("allow", "prefixed", "a", AclOperation.Read, "b", AclOperation.Read, null)]
    [InlineData("allow", "prefixed", "*", AclOperation.Read, "a", AclOperation.Read, null)]
    [InlineData("deny", "literal", "a", AclOperation.Read, "a", AclOperation.Read, false)]
    [InlineData("deny", "literal", "a", AclOperation.Read, "a", AclOperation.Describe, true)] // A denial implies nothing.
    [InlineData("deny", "literal", "a", AclOperation.Describe, "a", AclOperation.Describe, false)]
    [InlineData("deny", "literal", "a", AclOperation.All, "a", AclOperation.Write, false)]
    [InlineData("deny", "prefixed", "a", AclOperation.Read, "ab", AclOperation.Read, false)]
    [InlineData("deny", "literal", "*", AclOperation.Read, "b", AclOperation.Read, false)]
    public void ARuleDecides(
        string permission, string pattern, string name, AclOperation operation, string askedName, AclOperation asked, bool? answer)
    {
        Acl rule = new(
            AclResourceType.Topic, name, pattern == "literal" ? AclPatternType.Literal : AclPatternType.Prefixed, "User:x", "*",
            operation, permission == "allow" ? AclPermissionType.Allow : AclPermissionType.Deny);
        Acl everything = new(
            AclResourceType.Topic, "*", AclPatternType.Literal, "User:*", "*", AclOperation.All, AclPermissionType.Allow);
        AclRules rules = new(permission == "allow" ? [rule] : [everything, rule]);
        Assert.Equal(answer, rules.Decide("User:x", "10.0.0.1", asked, AclResourceType.Topic, askedName));
        Assert.Null(rules.Decide("User:x", "10.0.0.1", asked, AclResourceType.Group, askedName));
    }

    [Fact]
    public void RandomRulesDecideAsTheirPlainMeaningSays() => Seeds.ForEach(300, random =>
    {
        Acl[] acls = [.. Enumerable.Range(0, random.Next(8)).Select(_ => RandomAcl(random))];
        AclRules rules = new(acls);
        foreach (string principal in Principals[..2])
        {
            foreach (string host in Hosts[..2])
            {
                foreach (AclOperation operation in Operations[1..])
                {
                    foreach (string name in Names[1..5])
                    {
                        Assert.Equal(
                            Oracle(acls, principal, host, operation, name),
                            rules.Decide(principal, host, operation, AclResourceType.Topic, name) ?? false);
                    }

                    Assert.Equal(
                        AnyOracle(acls, principal, host, operation),
                        rules.AllowsAny(principal, host, operation, AclResourceType.Topic));
                }
            }
        }
    });

    [Fact]
    public void AFilterFindsTheRulesItDescribes()
    {
        Acl literal = Rule("orders", AclPatternType.Literal);
        Acl prefixed = Rule("ord", AclPatternType.Prefixed);
        Acl any = Rule("*", AclPatternType.Literal);
        Acl other = Rule("payments", AclPatternType.Literal);
        Acl[] all = [literal, prefixed, any, other];
        Assert.Equal([literal], Found(AclPatternType.Literal, "orders"));
        Assert.Equal([literal, prefixed, any], Found(AclPatternType.Match, "orders"));
        Assert.Equal([literal], Found(AclPatternType.Any, "orders"));
        Assert.Equal([prefixed], Found(AclPatternType.Prefixed, null));
        Assert.Equal(all, Found(AclPatternType.Any, null));

        IEnumerable<Acl> Found(AclPatternType pattern, string? name) => all.Where(new AclFilter(
            AclResourceType.Any, name, pattern, null, null, AclOperation.Any, AclPermissionType.Any).Matches);
    }

    [Fact]
    public async Task RulesOutliveTheirStore()
    {
        using TemporaryDirectory directory = new();
        Acl rule = Rule("orders", AclPatternType.Literal);
        await (await OpenAsync(directory)).ChangeAsync(_ => [rule], CancellationToken.None);
        FileAcls again = await OpenAsync(directory);
        Assert.Equal([rule], again.Rules.All);
        await again.ChangeAsync(present => present.Except([rule]), CancellationToken.None);
        Assert.Empty((await OpenAsync(directory)).Rules.All);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("""{ "version": 2, "acls": [] }""")]
    [InlineData("""{ "version": 1, "acls": [ { "resourceType": "Topic", "name": "", "patternType": "Literal", "principal": "User:x", "host": "*", "operation": "Read", "permission": "Allow" } ] }""")]
    public async Task AFileThatHoldsNoRulesIsRefused(string content)
    {
        using TemporaryDirectory directory = new();
        await File.WriteAllTextAsync(directory[FileAcls.FileName], content);
        await Assert.ThrowsAsync<InvalidConfigException>(() => OpenAsync(directory));
    }

    private static async Task<FileAcls> OpenAsync(TemporaryDirectory directory)
    {
        FileAcls acls = new(directory.Path);
        await acls.StartAsync(CancellationToken.None);
        return acls;
    }

    private static Acl Rule(string name, AclPatternType pattern) => new(
        AclResourceType.Topic, name, pattern, "User:x", "*", AclOperation.Read, AclPermissionType.Allow);

    private static Acl RandomAcl(Random random) => new(
        random.Next(4) == 0 ? AclResourceType.Group : AclResourceType.Topic,
        Names[random.Next(1, Names.Length)],
        random.Next(2) == 0 ? AclPatternType.Literal : AclPatternType.Prefixed,
        Principals[random.Next(3)], Hosts[random.Next(3)], Operations[random.Next(Operations.Length)],
        random.Next(3) == 0 ? AclPermissionType.Deny : AclPermissionType.Allow);

    private static bool Oracle(Acl[] acls, string principal, string host, AclOperation operation, string name)
    {
        AclOperation[] enough = operation switch
        {
            AclOperation.Describe =>
                [operation, AclOperation.Read, AclOperation.Write, AclOperation.Delete, AclOperation.Alter, AclOperation.All],
            AclOperation.DescribeConfigs => [operation, AclOperation.AlterConfigs, AclOperation.All],
            _ => [operation, AclOperation.All],
        };
        Acl[] about =
        [
            .. from acl in acls
               where acl.ResourceType == AclResourceType.Topic
               where acl.PatternType == AclPatternType.Prefixed ? name.StartsWith(acl.Name, StringComparison.Ordinal)
                   : acl.Name == name || acl.Name == "*"
               where acl.Principal == principal || acl.Principal == "User:*"
               where acl.Host == host || acl.Host == "*"
               select acl,
        ];
        bool denied = about.Any(acl => acl.Permission == AclPermissionType.Deny &&
            (acl.Operation == operation || acl.Operation == AclOperation.All));
        return !denied && about.Any(acl => acl.Permission == AclPermissionType.Allow && enough.Contains(acl.Operation));
    }

    /// <summary>Tries names of every kind that these rules could tell apart; a prefix rule of "*" allows names that begin with it.</summary>
    private static bool AnyOracle(Acl[] acls, string principal, string host, AclOperation operation) =>
        Names[1..].SelectMany(name => new[] { name, name + "!", name + "bc!" }).Append("other")
            .Any(name => Oracle(acls, principal, host, operation, name));
}
