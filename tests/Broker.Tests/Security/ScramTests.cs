using System.Text;
using LogStore.Broker.Security.Sasl;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LogStore.Broker.Tests.Security;

/// <summary>The server's side of SCRAM and PLAIN, message by message.</summary>
public sealed class ScramTests
{
    // RFC 7677, section 3.
    private const string ClientNonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private const string Salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
    private const string Final = $"c=biws,r={ClientNonce}{ServerNonce}";
    private const string Proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    [Fact]
    public void TheExampleOfRfc7677IsReproduced()
    {
        using Users users = Users.OfRfc();
        ScramExchange exchange = new(ScramMechanism.Sha256, users.Store, ServerNonce);
        SaslStep first = exchange.Next(Encoding.UTF8.GetBytes($"n,,n=user,r={ClientNonce}"));
        Assert.Equal(SaslOutcome.Continue, first.Outcome);
        Assert.Equal($"r={ClientNonce}{ServerNonce},s={Salt},i=4096", Encoding.UTF8.GetString(first.Reply));
        SaslStep last = exchange.Next(Encoding.UTF8.GetBytes($"{Final},p={Proof}"));
        Assert.Equal(SaslOutcome.Succeeded, last.Outcome);
        Assert.Equal("user", last.User);
        Assert.Equal("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Encoding.UTF8.GetString(last.Reply));
        Assert.Equal(SaslOutcome.Failed, exchange.Next("again"u8).Outcome);
    }

    [Theory]
    [InlineData($"{Final},p=AHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")] // Another proof.
    [InlineData($"{Final},p=dHzb")] // Too short a proof.
    [InlineData($"{Final},p=")]
    [InlineData($"{Final},p=???")]
    [InlineData(Final)]
    [InlineData($"c=biws,r={ClientNonce}other,p={Proof}")] // Another nonce.
    [InlineData($"c=eSws,r={ClientNonce}{ServerNonce},p={Proof}")] // Another header than the first message had.
    [InlineData("")]
    public void AFinalMessageThatProvesNothingFails(string final)
    {
        using Users users = Users.OfRfc();
        ScramExchange exchange = new(ScramMechanism.Sha256, users.Store, ServerNonce);
        exchange.Next(Encoding.UTF8.GetBytes($"n,,n=user,r={ClientNonce}"));
        Assert.Equal(SaslOutcome.Failed, exchange.Next(Encoding.UTF8.GetBytes(final)).Outcome);
        // The right answer comes too late.
        Assert.Equal(SaslOutcome.Failed, exchange.Next(Encoding.UTF8.GetBytes($"{Final},p={Proof}")).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("n,,")]
    [InlineData("n,,n=user")]
    [InlineData("n,,r=nonce,n=user")]
    [InlineData("n,,n=,r=nonce")]
    [InlineData("n,,n=us=er,r=nonce")]
    [InlineData("p=tls-unique,,n=user,r=nonce")] // Channel binding.
    [InlineData("n,a=admin,n=user,r=nonce")] // To act as somebody else.
    [InlineData("n,,n=user,r=nonce,tokenauth=true")] // A delegation token.
    [InlineData("n,,m=must,n=user,r=nonce")] // An extension that must be understood.
    public void AFirstMessageThatIsNoneFails(string first)
    {
        using Users users = Users.OfRfc();
        ScramExchange exchange = new(ScramMechanism.Sha256, users.Store);
        Assert.Equal(SaslOutcome.Failed, exchange.Next(Encoding.UTF8.GetBytes(first)).Outcome);
    }

    [Fact]
    public void AnUnknownUserIsAskedLikeAKnownOneAndAlwaysTheSame()
    {
        using Users users = Users.OfRfc();
        string[] answers = [.. Enumerable.Range(0, 2).Select(_ => Encoding.UTF8.GetString(
            new ScramExchange(ScramMechanism.Sha256, users.Store, "server").Next("n,,n=nobody,r=client"u8).Reply))];
        Assert.Equal(answers[0], answers[1]);
        Assert.Matches("^r=clientserver,s=[A-Za-z0-9+/]{22}==,i=16384$", answers[0]);
    }

    [Theory]
    [InlineData("SCRAM-SHA-256", "user", "pencil")]
    [InlineData("SCRAM-SHA-512", "user", "pencil")]
    [InlineData("SCRAM-SHA-512", "a=b,c", "with, = and ü")]
    public void WhoKnowsThePasswordIsLetInAndWhoDoesNotIsNot(string name, string user, string password)
    {
        using Users users = new();
        UserFile.Open(users.Path).Set(user, password, iterations: 4096);
        ScramMechanism mechanism = ScramMechanism.Find(name)!;
        Assert.Equal(user, ScramClient.LogIn(new ScramExchange(mechanism, users.Store), mechanism, user, password).User);
        Assert.Equal(
            SaslOutcome.Failed,
            ScramClient.LogIn(new ScramExchange(mechanism, users.Store), mechanism, user, password + " ").Outcome);
        Assert.Equal(
            SaslOutcome.Failed,
            ScramClient.LogIn(new ScramExchange(mechanism, users.Store), mechanism, "nobody", password).Outcome);
    }

    [Theory]
    [InlineData("\0user\0pencil", true)]
    [InlineData("user\0user\0pencil", true)]
    [InlineData("admin\0user\0pencil", false)]
    [InlineData("\0user\0pencil ", false)]
    [InlineData("\0nobody\0pencil", false)]
    [InlineData("\0user\0", false)]
    [InlineData("\0\0pencil", false)]
    [InlineData("user\0pencil", false)]
    [InlineData("", false)]
    public void PlainTakesTheNameAndThePasswordOfAUser(string message, bool succeeds)
    {
        using Users users = Users.OfRfc();
        SaslStep step = new PlainExchange(users.Store).Next(Encoding.UTF8.GetBytes(message));
        Assert.Equal(succeeds ? SaslOutcome.Succeeded : SaslOutcome.Failed, step.Outcome);
        Assert.Equal(succeeds ? "user" : null, step.User);
    }

    [Fact]
    public void NoSequenceOfBytesDoesMoreThanFail()
    {
        using Users users = Users.OfRfc();
        Random random = new(1);
        byte[] valid = Encoding.UTF8.GetBytes($"n,,n=user,r={ClientNonce}");
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. valid];
            for (int change = random.Next(4); change >= 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            ScramExchange exchange = new(ScramMechanism.Sha256, users.Store);
            if (exchange.Next(bytes.AsSpan(0, random.Next(bytes.Length + 1))).Outcome != SaslOutcome.Continue) continue;
            random.NextBytes(bytes);
            Assert.Equal(SaslOutcome.Failed, exchange.Next(bytes).Outcome);
        }
    }

    /// <summary>A file of users of the test's own.</summary>
    private sealed class Users : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public string Path => _directory["users.json"];

        public UserStore Store => field ??= new UserStore(Path, NullLogger.Instance);

        /// <summary>The user of the RFC's example, with its salt; the keys were computed with Python's hashlib.</summary>
        public static Users OfRfc()
        {
            Users users = new();
            File.WriteAllText(users.Path, $$"""
                { "version": 1, "users": [ { "name": "user", "credentials": [ { "mechanism": "SCRAM-SHA-256",
                  "salt": "{{Salt}}", "iterations": 4096,
                  "storedKey": "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=",
                  "serverKey": "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=" } ] } ] }
                """);
            return users;
        }

        public void Dispose() => _directory.Dispose();
    }
}
