using System.Globalization;
using System.Text;

namespace LogStore.Cli.Output;

/// <summary>The escapes of format and separator texts: <c>\n \r \t \0 \\ \xHH</c>. Everything else is UTF-8.</summary>
internal static class Escapes
{
    /// <summary>The bytes that a text stands for.</summary>
    /// <param name="text">The text.</param>
    /// <param name="option">The option that it belongs to, for the error.</param>
    public static byte[] ToBytes(string text, string option)
    {
        using MemoryStream bytes = new();
        for (int index = 0; index < text.Length;) Append(bytes, text, ref index, option);
        return bytes.ToArray();
    }

    /// <summary>Appends the bytes of the character or escape at <paramref name="index"/>, and steps behind it.</summary>
    public static void Append(MemoryStream bytes, string text, ref int index, string option)
    {
        if (text[index] != '\\')
        {
            int length = char.IsSurrogatePair(text, index) ? 2 : 1;
            bytes.Write(Encoding.UTF8.GetBytes(text.Substring(index, length)));
            index += length;
            return;
        }

        bytes.WriteByte(Decode(text, ref index, option));
    }

    private static byte Decode(string text, ref int index, string option)
    {
        string escape = text.Substring(index, Math.Min(2, text.Length - index));
        index += 2;
        switch (escape)
        {
            case "\\n": return (byte)'\n';
            case "\\r": return (byte)'\r';
            case "\\t": return (byte)'\t';
            case "\\0": return 0;
            case "\\\\": return (byte)'\\';
            case "\\x" when index + 2 <= text.Length &&
                            byte.TryParse(text.AsSpan(index, 2), NumberStyles.AllowHexSpecifier,
                                CultureInfo.InvariantCulture, out byte value):
                index += 2;
                return value;
            default:
                throw new UserErrorException(
                    $@"{option} has the unknown escape '{escape}'; known are \n \r \t \0 \\ and \xHH", ExitCode.Usage);
        }
    }
}
