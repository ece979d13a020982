using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings rows of one form in, a segment at a time, however many there are.</summary>
internal interface IRowImport
{
    /// <summary>Name of the form in reports.</summary>
    string Form { get; }

    /// <summary>Reads all rows and stores nothing.</summary>
    /// <returns>How many there are.</returns>
    Task<int> CheckAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken);

    /// <summary>Stores the rows that can be read and reports the rest. Ids and segments are named by their content, so the same rows again add nothing.</summary>
    Task<ImportCounts> RunAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, string idempotencyKey, ImportErrors errors, CancellationToken cancellationToken);
}
