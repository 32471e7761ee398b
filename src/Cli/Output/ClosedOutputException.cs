namespace LogStore.Cli.Output;

/// <summary>Whoever read our output has stopped reading, as <c>head</c> does: the command ends, and it is no error.</summary>
internal sealed class ClosedOutputException : Exception;
