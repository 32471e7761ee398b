using System.Text.Json;

namespace LogStore.Sinks.Sqlite.Mapping;

/// <summary>Finds the values at some paths of a JSON document in one pass, without allocating.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class JsonPaths
{
    private readonly Node _root = new([]);

    /// <summary>Whether there is any path.</summary>
    public bool IsEmpty => _root.Children.Count == 0;

    /// <summary>Has the value at a path put into a slot.</summary>
    public void Add(byte[][] path, int slot)
    {
        Node node = _root;
        foreach (byte[] member in path)
        {
            Node? child = node.Children.Find(each => each.Name.AsSpan().SequenceEqual(member));
            if (child is null) node.Children.Add(child = new Node(member));
            node = child;
        }

        node.Slots.Add(slot);
    }

    /// <summary>Reads a document, all of it: what is not JSON to its end is an error.</summary>
    /// <exception cref="JsonException">It is not an object, or no JSON.</exception>
    public void Read(ReadOnlySpan<byte> document, BoundValue[] slots)
    {
        Utf8JsonReader reader = new(document);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("it is not a JSON object");
        Walk(ref reader, _root, document, slots);
        if (reader.Read()) throw new JsonException("something follows the JSON object"); // Which the reader finds first.
    }

    private static void Walk(ref Utf8JsonReader reader, Node node, ReadOnlySpan<byte> document, BoundValue[] slots)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Node? child = null;
            foreach (Node each in node.Children)
            {
                if (!reader.ValueTextEquals(each.Name)) continue;
                child = each;
                break;
            }

            reader.Read();
            if (child is null)
            {
                reader.Skip();
                continue;
            }

            int start = (int)reader.TokenStartIndex;
            if (child.Slots.Count > 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                foreach (int slot in child.Slots) slots[slot].Set(ref reader);
                continue;
            }

            if (reader.TokenType == JsonTokenType.StartObject && child.Children.Count > 0)
                Walk(ref reader, child, document, slots);
            else reader.Skip();
            // An object or an array as a value is its own text.
            foreach (int slot in child.Slots) slots[slot].SetText(document[start..(int)reader.BytesConsumed]);
        }
    }

    private sealed class Node(byte[] name)
    {
        public byte[] Name => name;

        public List<Node> Children { get; } = [];

        public List<int> Slots { get; } = [];
    }
}
