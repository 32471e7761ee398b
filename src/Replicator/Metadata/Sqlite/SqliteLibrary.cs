using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>
/// Which SQLite is used: the system's where there is one, as the bundled one is old, else the bundled one.
/// </summary>
internal static class SqliteLibrary
{
    private const string BundledName = "e_sqlite3";
    private const string SystemFile = "libsqlite3.so.0";

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Makes SQLite ready for use. Thread-safe; called again it does nothing.</summary>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        }
        catch (InvalidOperationException)
        {
            // Somebody else in the process has redirected it already: there can be one SQLite only.
        }

        Batteries_V2.Init();
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == BundledName && NativeLibrary.TryLoad(SystemFile, out nint library) ? library : 0;
}
