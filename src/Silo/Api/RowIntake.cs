using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Brings the rows of a request in as they come, wrong ones reported by line; checks them all first where all or nothing is asked for.</summary>
internal sealed class RowIntake(IGrainFactory grains, ImportReports reports)
{
    public async Task<RowsAdded> AddAsync(CurrentProject project, IRowImport import, HttpRequest request, bool allOrNothing, CancellationToken cancellationToken)
    {
        await using var body = await ImportBody.OpenAsync(request, twice: allOrNothing, cancellationToken);
        await using var errors = new ImportErrors();
        if (allOrNothing)
        {
            var rows = await import.CheckAsync(project.View, body.RowsAsync(cancellationToken), errors, cancellationToken);
            if (errors.Count > 0)
            {
                return RowsAdded.Nothing(rows, errors);
            }
        }

        var counts = await import.RunAsync(project.View, body.RowsAsync(cancellationToken), CreationKeys.Of(request), errors, cancellationToken);

        // Where rows are not named after their import, it has a name only when there is something to read about it.
        var name = counts.Import ?? (errors.Count > 0 ? await grains.GetGrain<IProjectGrain>(project.Key).ReserveImportAsync(CreationKeys.Of(request), cancellationToken) : null);
        if (name is not null)
        {
            await reports.KeepAsync(project.Id, new(name, import.Form, default, counts.Rows, counts.Added, 0, errors.Count), errors, cancellationToken);
        }

        return RowsAdded.Of(counts, name, errors);
    }
}
