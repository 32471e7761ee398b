using System.Security.Cryptography;
using System.Text;
using LogStore.Client.Security;
using Xunit;

namespace LogStore.Client.Tests.Security;

public sealed class ScramClientTests
{
    private const string ServerFirst =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    [Fact]
    public void TheExchangeOfRfc7677IsReproduced()
    {
        ScramClient client = Create("pencil");
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", Encoding.UTF8.GetString(client.Next([])!));
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," +
            "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            Encoding.UTF8.GetString(client.Next(Encoding.UTF8.GetBytes(ServerFirst))!));
        Assert.Null(client.Next("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="u8));
    }

    [Theory]
    [InlineData("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("v=")]
    [InlineData("e=invalid-proof")]
    [InlineData("")]
    public void ABrokerThatCannotProveThatItKnowsThePasswordIsNotTrusted(string serverFinal)
    {
        ScramClient client = Create("pencil");
        client.Next([]);
        client.Next(Encoding.UTF8.GetBytes(ServerFirst));
        BrokerAuthenticationException error = Assert.Throws<BrokerAuthenticationException>(
            () => client.Next(Encoding.UTF8.GetBytes(serverFinal)));
        Assert.DoesNotContain("pencil", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("r=somebodyElse,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=***,i=4096")]
    [InlineData("nonsense")]
    public void AFirstMessageThatWeakensTheExchangeIsRefused(string serverFirst)
    {
        ScramClient client = Create("pencil");
        client.Next([]);
        Assert.Throws<BrokerAuthenticationException>(() => client.Next(Encoding.UTF8.GetBytes(serverFirst)));
    }

    private static ScramClient Create(string password) =>
        new(HashAlgorithmName.SHA256, "user", password, "rOprNGfwEbeRWgbNEkqO");
}
