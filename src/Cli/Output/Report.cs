using System.Text;
using System.Text.Json;

namespace LogStore.Cli.Output;

/// <summary>Prints what a command has found: as text for people, or as JSON for programs.</summary>
internal static class Report
{
    /// <summary>Prints one of the two.</summary>
    public static void Print(bool asJson, Func<string> text, Action<Utf8JsonWriter> writeJson)
    {
        StandardOutput output = new();
        if (asJson)
        {
            using (Utf8JsonWriter json = new(output)) writeJson(json);
            output.Write((byte)'\n');
        }
        else
        {
            output.Write(Encoding.UTF8.GetBytes(text()));
        }

        output.Flush();
    }
}
