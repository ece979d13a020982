using System.Collections.Immutable;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>A foreign file's rows. One class a format; docs/how-to-import.md lists them.</summary>
internal interface IPreferenceFormat
{
    /// <summary>Name in <c>?format=</c>.</summary>
    string Name { get; }

    /// <summary>The comparison of one row; a task that several people answered is one comparison with several verdicts.</summary>
    /// <exception cref="ImportRowException">The row has not the format's form.</exception>
    ImportedRow Read(RowReader row, ImportFields fields);

    /// <summary>All comparisons of one row; one, unless the format says more.</summary>
    /// <exception cref="ImportRowException">The row has not the format's form.</exception>
    ImmutableArray<ImportedRow> ReadAll(RowReader row, ImportFields fields) => [Read(row, fields)];
}
