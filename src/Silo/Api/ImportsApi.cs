using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Imports;
using Orleans.Dpo.Silo.Imports.Formats;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Preference data of other tools: pairs with verdicts, read row by row, wrong rows reported by line (docs/how-to-import.md); and what earlier imports did.</summary>
internal static class ImportsApi
{
    public static IEndpointRouteBuilder MapImports(this IEndpointRouteBuilder project)
    {
        project.MapPost("/imports", ImportAsync).Describe("import", "Imports preference data of other tools: ?format= names its form.").File().For(Roles.Operator);
        project.MapGet("/imports", ListAsync).Describe("list-imports", "What imports did, newest first.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/imports/{import}", GetAsync).Describe("get-import", "What one import did.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/imports/{import}/errors", ErrorsAsync).Describe("import-errors", "All wrong rows of an import, as JSON lines.")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson").For(Roles.Researcher, Roles.Operator);
        return project;
    }

    private static async Task<Results<Ok<ImportReport>, UnprocessableEntity<ImportReport>, ProblemHttpResult>> ImportAsync(
        CurrentProject project, PreferenceImport import, RankedImport ranked, ImportReports reports, HttpRequest request, string? format = null, string? fields = null,
        [FromQuery(Name = "as")] string? kind = null, [FromQuery(Name = "all_or_nothing")] bool allOrNothing = false, CancellationToken cancellationToken = default)
    {
        if (PreferenceFormats.Find(format) is not { } known)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, $"format is one of {PreferenceFormats.Names}; given is '{format}'.", field: "format");
        }

        if (kind is not (null or "pairs") && (kind is not "rankings" || format is not "ranking"))
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "as is pairs, or with the format ranking also rankings.", field: "as");
        }

        if (Fields(fields) is not { } names)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "fields is a list such as prompt:instruction,first:response-1,second:response-2,question:preference.", field: "fields");
        }

        // All or nothing is read twice: nothing may be stored before the last row is known to be right.
        await using var body = await ImportBody.OpenAsync(request, twice: allOrNothing, cancellationToken);
        await using var errors = new ImportErrors();
        if (allOrNothing)
        {
            var count = kind is "rankings"
                ? await ranked.CheckAsync(project.View, body.RowsAsync(cancellationToken), errors, cancellationToken)
                : await import.CheckAsync(project.View, known, names, body.RowsAsync(cancellationToken), errors, cancellationToken);
            if (errors.Count > 0)
            {
                return TypedResults.UnprocessableEntity(new ImportReport(null, false, count, 0, 0, 0, errors.Count, errors.First));
            }
        }

        var report = kind is "rankings"
            ? await ranked.RunAsync(project.View, body.RowsAsync(cancellationToken), CreationKeys.Of(request), errors, cancellationToken)
            : await import.RunAsync(project.View, known, names, body.RowsAsync(cancellationToken), CreationKeys.Of(request), errors, cancellationToken);
        await reports.KeepAsync(project.Id, new(report.Import!, known.Name, default, report.Rows, report.PairsAdded, report.Judgments, report.Wrong), errors, cancellationToken);
        return TypedResults.Ok(report);
    }

    private static async Task<Ok<Page<ImportRecord>>> ListAsync(CurrentProject project, PageRequest page, ImportReports reports, CancellationToken cancellationToken) =>
        TypedResults.Ok(page.Slice(await reports.ListAsync(project.Id, cancellationToken)));

    private static async Task<Results<Ok<ImportRecord>, ProblemHttpResult>> GetAsync(string import, CurrentProject project, ImportReports reports, CancellationToken cancellationToken) =>
        await reports.FindAsync(project.Id, import, cancellationToken) is { } record ? TypedResults.Ok(record) : Unknown(import);

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ErrorsAsync(
        string import, CurrentProject project, ImportReports reports, CancellationToken cancellationToken) =>
        await reports.FindAsync(project.Id, import, cancellationToken) is null
            ? Unknown(import)
            : TypedResults.Stream(await reports.ErrorsAsync(project.Id, import, cancellationToken) ?? Stream.Null, "application/x-ndjson", $"{import}-errors.jsonl");

    private static ProblemHttpResult Unknown(string import) => ProblemMap.Problem(ProblemCodes.UnknownImport, $"There is no finished import '{import}' in this project.");

    private static ImportFields? Fields(string? text)
    {
        var parts = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':', 2)).ToArray();
        return parts.All(part => part is ["prompt" or "first" or "second" or "question", { Length: > 0 }]) && parts.DistinctBy(part => part[0]).Count() == parts.Length
            ? new(parts.ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal))
            : null;
    }
}
