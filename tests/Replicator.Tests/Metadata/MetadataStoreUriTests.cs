using LogStore.Replicator.Metadata;
using LogStore.Replicator.Metadata.Sqlite;
using Xunit;

namespace LogStore.Replicator.Tests.Metadata;

public sealed class MetadataStoreUriTests
{
    [Fact]
    public async Task ASqliteUriOpensTheFile()
    {
        using TemporaryDirectory directory = new();
        MetadataStoreUri uri = MetadataStoreUri.Parse("sqlite:" + directory["meta.db"]);
        await using IMetadataStore store = await uri.OpenAsync();
        Assert.IsType<SqliteMetadataStore>(store);
        Assert.True(File.Exists(directory["meta.db"]));
    }

    [Theory]
    [InlineData("etcd:http://localhost:2379", "/logstore/", "http://localhost:2379/")]
    [InlineData("etcd:http://127.0.0.1:1,[::1]:2", "/logstore/", "http://127.0.0.1:1/ http://[::1]:2/")]
    [InlineData("etcd:https://a:1,https://b:80,c:443", "/logstore/", "https://a:1/ https://b:80/ https://c/")]
    [InlineData("etcd:http://a:1,b:2/", "/logstore/", "http://a:1/ http://b:2/")]
    [InlineData("etcd:http://a:1,b:2/team/one", "/team/one/", "http://a:1/ http://b:2/")]
    [InlineData("etcd:http://a:1,http://b:2/team/", "/team/", "http://a:1/ http://b:2/")]
    public void AnEtcdUriNamesMembersAndPerhapsAPrefix(string text, string prefix, string endpoints)
    {
        MetadataStoreUri uri = MetadataStoreUri.Parse(text);
        Assert.Equal(prefix, uri.EtcdOptions!.KeyPrefix);
        Assert.Equal(endpoints, string.Join(' ', uri.EtcdOptions.Endpoints));
        Assert.Null(uri.SqliteOptions);
        Assert.Equal(text, uri.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("metadata.db")]
    [InlineData("mysql:x")]
    [InlineData("sqlite:")]
    [InlineData("etcd:")]
    [InlineData("etcd:localhost:2379")]
    [InlineData("etcd:ftp://a:1")]
    [InlineData("etcd:http://")]
    [InlineData("etcd:http://a")]
    [InlineData("etcd:http://a:1,")]
    [InlineData("etcd:http://a:1,b")]
    [InlineData("etcd:http://a:1,https://b:2")]
    [InlineData("etcd:http://a:99999")]
    [InlineData("etcd:http://me:secret@a:1")]
    [InlineData("etcd:http://a:1?x=y")]
    public void AnythingElseIsRefusedInOneLine(string text)
    {
        InvalidConfigException exception = Assert.Throws<InvalidConfigException>(() => MetadataStoreUri.Parse(text));
        Assert.Equal("metadata.store", exception.Key);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public async Task PlainTextToAnotherHostMustBeAllowed()
    {
        MetadataStoreUri uri = MetadataStoreUri.Parse("etcd:http://127.0.0.1:1,10.1.2.3:2379");
        InvalidConfigException exception = await Assert.ThrowsAsync<InvalidConfigException>(() => uri.OpenAsync());
        Assert.Contains("10.1.2.3", exception.Message, StringComparison.Ordinal);
        await using IMetadataStore allowed = await uri.OpenAsync(allowPlaintext: true);
        await using IMetadataStore secure = await MetadataStoreUri.Parse("etcd:https://10.1.2.3:2379").OpenAsync();
    }
}
