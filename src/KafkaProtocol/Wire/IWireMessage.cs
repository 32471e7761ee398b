namespace LogStore.KafkaProtocol.Wire;

/// <summary>
/// Anything that has a versioned layout on the wire: a request, a response, or an element of their arrays. The layout
/// is written down once, in <see cref="Visit"/>, and every codec (reader, writer, minimum size, the tests' random
/// filler) follows it.
/// </summary>
public interface IWireMessage
{
    /// <summary>
    /// Hands each field that exists in <paramref name="version"/> to <paramref name="codec"/>, in wire order. Which
    /// fields are visited depends on the version alone, never on a value.
    /// </summary>
    /// <param name="codec">What is done with the fields: reading sets them, writing reads them.</param>
    /// <param name="version">The version of the API, or of the embedded format.</param>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct;
}
