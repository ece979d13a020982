namespace Orleans.Dpo.Silo.Imports;

/// <summary>A row that cannot be imported.</summary>
/// <param name="line">From 1.</param>
/// <param name="field">Member at fault.</param>
/// <param name="message">What is wrong.</param>
internal sealed class ImportRowException(int line, string field, string message) : Exception($"Row {line}: {message}")
{
    /// <summary>Row number from 1.</summary>
    public int Line { get; } = line;

    /// <summary>What is wrong, without the row's number.</summary>
    public string Detail { get; } = message;

    /// <summary>Member at fault.</summary>
    public string Field { get; } = field;

    /// <summary>Reads a row.</summary>
    /// <exception cref="ImportRowException">It has a fault already, or its text is half of a character.</exception>
    public static T Read<T>(SourceRow source, Func<SourceRow, T> read)
    {
        try
        {
            return source.Fault is { } fault ? throw new ImportRowException(source.Line, "", fault) : read(source);
        }
        catch (InvalidOperationException)
        {
            throw new ImportRowException(source.Line, "", "a text of the row is not Unicode: it has half of a surrogate pair.");
        }
    }
}
