using System.Collections.Immutable;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>What an import of preference data did.</summary>
/// <param name="Import">Name of the import, such as i2; null when nothing was applied.</param>
/// <param name="Applied">False when rows were asked to come all or not at all, and one was wrong.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="PairsAdded">Pairs that were new.</param>
/// <param name="Judgments">Verdicts stored, those that were stored before among them.</param>
/// <param name="Counted">How many of them fill a slot of their pair.</param>
/// <param name="Wrong">Rows that were left out.</param>
/// <param name="Errors">The first thousand of them.</param>
internal sealed record ImportReport(string? Import, bool Applied, int Rows, int PairsAdded, int Judgments, int Counted, int Wrong, ImmutableArray<ImportError> Errors)
{
    /// <summary>An import of which no row is read yet.</summary>
    public static ImportReport Begun(string import) => new(import, true, 0, 0, 0, 0, 0, []);

    /// <summary>With what a segment brought.</summary>
    public ImportReport With(int pairsAdded, (int Stored, int Counted) judgments) =>
        this with { PairsAdded = PairsAdded + pairsAdded, Judgments = Judgments + judgments.Stored, Counted = Counted + judgments.Counted };
}

/// <summary>A row that was left out.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Field">Member at fault, or null.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record ImportError(int Line, string? Field, string Message);
