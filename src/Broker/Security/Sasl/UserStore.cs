using System.Security.Cryptography;
using LogStore.Broker.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Security.Sasl;

/// <summary>
/// The users of a running broker: those of their file, which is read again when it has changed. For a name that nobody has there
/// are keys all the same, which no password fits, so that it cannot be told from one that somebody has.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class UserStore
{
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly byte[] _decoySecret = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _gate = new();
    private UserFile _file;
    private (DateTime Written, long Length) _stamp;

    /// <exception cref="InvalidConfigException">The file is no file of users.</exception>
    public UserStore(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
        _stamp = Stamp();
        _file = UserFile.Open(path);
        if (_file.Names.Count == 0) SecurityEvents.NoUsers(logger, path);
    }

    /// <summary>The keys of a user; for a name that nobody has, keys that fit no password.</summary>
    public ScramCredential Find(string name, ScramMechanism mechanism)
    {
        // Made in either case, so that both take the same time.
        ScramCredential decoy = new(
            mechanism.Name, mechanism.SaltFor(name, _decoySecret), ScramCredential.DefaultIterations,
            RandomNumberGenerator.GetBytes(mechanism.HashBytes), RandomNumberGenerator.GetBytes(mechanism.HashBytes));
        return Current().Find(name, mechanism.Name) ?? decoy;
    }

    private UserFile Current()
    {
        lock (_gate)
        {
            (DateTime, long) stamp = Stamp();
            if (stamp == _stamp) return _file;
            try
            {
                _file = UserFile.Open(_path);
                _stamp = stamp;
                SecurityEvents.ReloadedUsers(_logger, _path, _file.Names.Count);
            }
            catch (Exception exception) when (exception is InvalidConfigException or IOException or UnauthorizedAccessException)
            {
                _stamp = stamp; // Once for each change: the users stay as they were.
                SecurityEvents.UnreadableFile(_logger, _path, exception.Message);
            }

            return _file;
        }
    }

    private (DateTime, long) Stamp()
    {
        FileInfo file = new(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }
}
