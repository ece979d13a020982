using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Api;

/// <summary>What an import of prompts or pairs answers.</summary>
/// <param name="Import">Name of an import of pairs, or of one with wrong rows, such as i2; null when nothing is kept of it.</param>
/// <param name="Applied">False when nothing was stored: all or nothing was asked for, or no row was right.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="Added">Rows that were new.</param>
/// <param name="Known">Rows that were known, or came twice.</param>
/// <param name="Wrong">Rows that were left out.</param>
/// <param name="Errors">The first thousand of them.</param>
internal sealed record RowsAdded(string? Import, bool Applied, int Rows, int Added, int Known, int Wrong, ImmutableArray<ImportError> Errors)
{
    /// <summary>An answer that says that nothing was stored.</summary>
    public static RowsAdded Nothing(int rows, ImportErrors errors) => new(null, false, rows, 0, 0, errors.Count, errors.First);

    public static RowsAdded Of(ImportCounts counts, string? import, ImportErrors errors) =>
        new(import, errors.Count == 0 || counts.Added + counts.Known > 0, counts.Rows, counts.Added, counts.Known, errors.Count, errors.First);

    /// <summary>200, or 422 when nothing was stored because of wrong rows.</summary>
    public Results<Ok<RowsAdded>, UnprocessableEntity<RowsAdded>, ProblemHttpResult> ToResult() => Applied ? TypedResults.Ok(this) : TypedResults.UnprocessableEntity(this);
}
