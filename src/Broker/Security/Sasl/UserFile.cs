using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using LogStore.IO;

namespace LogStore.Broker.Security.Sasl;

/// <summary>
/// A file of users, who log in by SASL. It holds salted, iterated keys and no passwords; who reads it can still try passwords,
/// so only its owner may. A running broker notices changes.
/// </summary>
/// <remarks>Not thread-safe, and not for two processes to change at a time. Source of the keys: RFC 5802.</remarks>
public sealed partial class UserFile
{
    private const int Version = 1;

    private readonly string _path;
    private readonly SortedDictionary<string, IReadOnlyList<ScramCredential>> _users = new(StringComparer.Ordinal);

    private UserFile(string path) => _path = path;

    /// <summary>The users' names, in order.</summary>
    public IReadOnlyCollection<string> Names => _users.Keys;

    /// <summary>Reads a file; one that does not exist has no users, and is made by the first change.</summary>
    /// <exception cref="InvalidConfigException">It is no such file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static UserFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        UserFile file = new(Path.GetFullPath(path));
        if (!File.Exists(file._path)) return file;
        try
        {
            UserContent content = JsonSerializer.Deserialize(File.ReadAllBytes(file._path), UserJson.Default.UserContent)!;
            if (content.Version != Version) throw new JsonException($"its version is {content.Version}, not {Version}");
            foreach (User user in content.Users) file._users.Add(user.Name, [.. user.Credentials.Select(Checked)]);
            return file;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new InvalidConfigException("sasl.users.file", $"'{file._path}' is no file of users: {exception.Message}");
        }
    }

    /// <summary>Adds a user, or gives one another password. The file is replaced at once.</summary>
    /// <param name="name">The name, without control characters.</param>
    /// <param name="password">The password; it is not kept.</param>
    /// <param name="iterations">How costly it is made to try passwords: 4096 to 1000000 iterations.</param>
    /// <exception cref="ArgumentException">The name or the password cannot be one.</exception>
    public void Set(string name, string password, int iterations = ScramCredential.DefaultIterations)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(password);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, ScramCredential.LeastIterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, ScramCredential.MostIterations);
        if (name.Any(char.IsControl)) throw new ArgumentException("A user's name has no control characters.", nameof(name));
        _users[name] =
        [
            .. ScramMechanism.All.Select(mechanism => mechanism.Derive(
                password, RandomNumberGenerator.GetBytes(ScramCredential.SaltBytes), iterations)),
        ];
        Save();
    }

    /// <summary>Removes a user; false when there is none of this name. The file is replaced at once.</summary>
    public bool Remove(string name)
    {
        if (!_users.Remove(name)) return false;
        Save();
        return true;
    }

    internal ScramCredential? Find(string name, string mechanism) =>
        _users.GetValueOrDefault(name)?.FirstOrDefault(credential => credential.Mechanism == mechanism);

    private static ScramCredential Checked(ScramCredential credential)
    {
        ScramMechanism mechanism = ScramMechanism.Find(credential.Mechanism) ??
            throw new JsonException($"'{credential.Mechanism}' is no mechanism");
        if (credential.Salt.Length == 0 || credential.StoredKey.Length != mechanism.HashBytes ||
            credential.ServerKey.Length != mechanism.HashBytes ||
            credential.Iterations is < ScramCredential.LeastIterations or > ScramCredential.MostIterations)
            throw new JsonException("a key has the wrong size, or the wrong number of iterations");
        return credential;
    }

    private void Save()
    {
        UserContent content = new(Version, [.. _users.Select(user => new User(user.Key, [.. user.Value]))]);
        DurableFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(content, UserJson.Default.UserContent), isSecret: true);
    }

    internal sealed record UserContent(int Version, User[] Users);

    internal sealed record User(string Name, ScramCredential[] Credentials);

    [JsonSourceGenerationOptions(
        WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(UserContent))]
    private sealed partial class UserJson : JsonSerializerContext;
}
