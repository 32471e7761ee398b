using LogStore.Sinks.Sqlite.Database;

namespace LogStore.Sinks.Sqlite.Tests.Support;

/// <summary>The table of accounts that the tests keep.</summary>
internal static class Accounts
{
    public static RecordMapping Mapping => new()
    {
        Table = "accounts",
        Key = new Dictionary<string, string> { ["account"] = "account" },
        Columns = new Dictionary<string, string> { ["balance"] = "amount" },
    };

    public static string Record(long id, string account, long amount) =>
        $$"""{"id":{{id}},"account":"{{account}}","amount":{{amount}}}""";

    /// <summary>Records of as many accounts, whose names take a hundred bytes and more.</summary>
    public static string[] Wide(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(id => Record(id, $"{new string('x', 100)}{id}", 1))];

    public static long? Balance(string database, string account)
    {
        using SinkConnection connection = new(database, create: false, TimeSpan.FromSeconds(5));
        return (long?)connection.Scalar("SELECT balance FROM accounts WHERE account = $1", account);
    }

    /// <summary>All balances, by account.</summary>
    public static Dictionary<string, long> Balances(string database)
    {
        using SinkConnection connection = new(database, create: false, TimeSpan.FromSeconds(5));
        return connection.Query(row => (row.GetString(0), row.GetInt64(1)), "SELECT account, balance FROM accounts")
            .ToDictionary(each => each.Item1, each => each.Item2);
    }

    public static object? Scalar(string database, string sql)
    {
        using SinkConnection connection = new(database, create: false, TimeSpan.FromSeconds(5));
        return connection.Scalar(sql);
    }
}
