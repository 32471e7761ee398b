namespace LogStore.Bench.Broker.Servers;

/// <summary>A server or a client did not do what it is measured at; a figure with errors in it is none.</summary>
internal sealed class ServerFailedException(string message) : Exception(message);
