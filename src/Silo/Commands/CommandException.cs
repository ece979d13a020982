namespace Orleans.Dpo.Silo.Commands;

/// <summary>A command cannot go on; the message is the sentence that the user reads.</summary>
internal sealed class CommandException(string message) : Exception(message);
