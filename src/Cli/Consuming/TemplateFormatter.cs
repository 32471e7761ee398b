using LogStore.Cli.Output;
using LogStore.Records;

namespace LogStore.Cli.Consuming;

/// <summary>kcat's format texts: <c>%k %s %o %p</c> and so on between literal bytes.</summary>
internal sealed class TemplateFormatter : RecordFormatter
{
    private const string Option = "--format";

    private readonly byte[] _topic;
    private readonly List<Part> _parts = [];

    /// <param name="template">The format text.</param>
    /// <param name="topic">The topic's name.</param>
    /// <exception cref="UserErrorException">The text has an unknown token or escape.</exception>
    public TemplateFormatter(string template, string topic)
    {
        _topic = System.Text.Encoding.UTF8.GetBytes(topic);
        using MemoryStream literal = new();
        for (int index = 0; index < template.Length;)
        {
            if (template[index] != '%')
            {
                Escapes.Append(literal, template, ref index, Option);
                continue;
            }

            char token = index + 1 < template.Length ? template[index + 1] : '\0';
            index += 2;
            if (token == '%')
            {
                literal.WriteByte((byte)'%');
                continue;
            }

            if (!"tpoksSKTh".Contains(token, StringComparison.Ordinal)) throw UnknownToken(token);
            _parts.Add(new Part(literal.ToArray(), token));
            literal.SetLength(0);
        }

        _parts.Add(new Part(literal.ToArray(), '\0'));
    }

    /// <inheritdoc/>
    public override void Write(StandardOutput output, int partition, TimestampType timestampType, in RecordView record)
    {
        foreach (Part part in _parts)
        {
            output.Write(part.Literal);
            switch (part.Token)
            {
                case 't': output.Write(_topic); break;
                case 'p': output.Write(partition); break;
                case 'o': output.Write(record.Offset); break;
                case 'k': output.Write(record.Key); break;
                case 's': output.Write(record.Value); break;
                case 'K': output.Write(record.Key.IsNull ? -1L : record.Key.Length); break;
                case 'S': output.Write(record.Value.IsNull ? -1L : record.Value.Length); break;
                case 'T': output.Write(record.Timestamp); break;
                case 'h': WriteHeaders(output, record); break;
            }
        }
    }

    private static void WriteHeaders(StandardOutput output, in RecordView record)
    {
        bool isFirst = true;
        foreach (RecordHeaderView header in record.Headers)
        {
            if (!isFirst) output.Write((byte)',');
            isFirst = false;
            output.Write(header.KeyUtf8);
            output.Write((byte)'=');
            output.Write(header.Value.IsNull ? "NULL"u8 : header.Value.Span);
        }
    }

    private static UserErrorException UnknownToken(char token) => new(
        $"{Option} has the unknown token '%{(token == '\0' ? "" : token)}'; known are %t topic, %p partition, %o offset, " +
        "%k key, %s value, %K and %S their lengths, %T timestamp, %h headers, %% percent", ExitCode.Usage);

    /// <summary>Literal bytes, and the token behind them; none where it is zero.</summary>
    private readonly record struct Part(byte[] Literal, char Token);
}
