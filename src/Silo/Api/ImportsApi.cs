using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Imports;
using Orleans.Dpo.Silo.Imports.Formats;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Preference data of other tools: pairs with verdicts, read row by row, wrong rows reported by line (docs/how-to-import.md).</summary>
internal static class ImportsApi
{
    public static IEndpointRouteBuilder MapImports(this IEndpointRouteBuilder project)
    {
        project.MapPost("/imports", ImportAsync).Describe("import", "Imports preference data of other tools: ?format= names its form.").File().For(Roles.Operator);
        return project;
    }

    private static async Task<Results<Ok<ImportReport>, UnprocessableEntity<ImportReport>, ProblemHttpResult>> ImportAsync(
        CurrentProject project, PreferenceImport import, HttpRequest request, string? format = null, string? fields = null, [FromQuery(Name = "all_or_nothing")] bool allOrNothing = false, CancellationToken cancellationToken = default)
    {
        if (PreferenceFormats.Find(format) is not { } known)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, $"format is one of {PreferenceFormats.Names}; given is '{format}'.", field: "format");
        }

        if (Fields(fields) is not { } names)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "fields is a list such as prompt:instruction,first:response-1,second:response-2,question:preference.", field: "fields");
        }

        var isArray = request.ContentType?.Split(';')[0].Trim() is null or "application/json";
        if (!allOrNothing)
        {
            return TypedResults.Ok(await import.RunAsync(project.View, known, names, Rows(request.Body, isArray, cancellationToken), CreationKeys.Of(request), cancellationToken));
        }

        // Read twice: nothing may be stored before the last row is known to be right.
        await using var copy = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await request.Body.CopyToAsync(copy, cancellationToken);
        copy.Position = 0;
        var (count, errors) = await PreferenceImport.CheckAsync(known, names, Rows(copy, isArray, cancellationToken), cancellationToken);
        if (errors.Count > 0)
        {
            return TypedResults.UnprocessableEntity(new ImportReport(null, false, count, 0, 0, 0, errors.Count, errors.First));
        }

        copy.Position = 0;
        return TypedResults.Ok(await import.RunAsync(project.View, known, names, Rows(copy, isArray, cancellationToken), CreationKeys.Of(request), cancellationToken));
    }

    private static IAsyncEnumerable<SourceRow> Rows(Stream content, bool isArray, CancellationToken cancellationToken) =>
        isArray ? SourceRows.ArrayAsync(content, cancellationToken) : SourceRows.LinesAsync(content, cancellationToken);

    private static ImportFields? Fields(string? text)
    {
        var parts = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':', 2)).ToArray();
        return parts.All(part => part is ["prompt" or "first" or "second" or "question", { Length: > 0 }]) && parts.DistinctBy(part => part[0]).Count() == parts.Length
            ? new(parts.ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal))
            : null;
    }
}
