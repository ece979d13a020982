using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Retractions;

namespace Orleans.Dpo.Silo.Api;

/// <summary>What a version holds: its own files, whole tables, and derived tables, which are made when they are first asked for.</summary>
internal static class DatasetFilesApi
{
    /// <summary>Header with the retractions that taint a version: its own files cannot say what came later.</summary>
    internal const string TaintHeader = "X-Dpo-Tainted";

    private static readonly KeyedTurns s_turns = new();
    private static readonly string[] s_head = ["HEAD"];
    private static readonly string[] s_cards = ["manifest.json", "README.md", "croissant.json", "quality.json"];

    public static IEndpointRouteBuilder MapDatasetFiles(this IEndpointRouteBuilder project)
    {
        project.MapGet("/datasets/{name}/files", FilesAsync).Describe("version-files", "Files with their lengths and hashes.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/datasets/{name}/files/{**path}", FileAsync).Describe("version-file", "One file, own or derived, with ETag and ranges.").For(Roles.Researcher, Roles.Operator);
        project.MapMethods("/datasets/{name}/files/{**path}", s_head, FileAsync).Describe("version-file-head", "Length and ETag of a file.").ExcludeFromDescription().For(Roles.Researcher, Roles.Operator);
        project.MapGet("/datasets/{name}/tables/{table}", TableAsync).Describe("version-table", "A whole table: dpo, items, judgments, kto, reward, sft or annotators; as jsonl, jsonl.gz or parquet.")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson").For(Roles.Researcher, Roles.Operator);
        return project;
    }

    private static async Task<Results<Ok<ImmutableArray<FileAnswer>>, ProblemHttpResult>> FilesAsync(
        string name, CurrentProject project, IGrainFactory grains, IBlobStore blobs, CancellationToken cancellationToken)
    {
        var (manifest, problem) = await ManifestAsync(name, project, grains, blobs, cancellationToken);
        return manifest is null ? problem! : TypedResults.Ok<ImmutableArray<FileAnswer>>([.. manifest.Files.Select(file => new FileAnswer(file.Path, file.Bytes, file.Sha256))]);
    }

    private static async Task<Results<FileStreamHttpResult, StatusCodeHttpResult, ProblemHttpResult>> FileAsync(
        string name, string path, CurrentProject project, IGrainFactory grains, IBlobStore blobs, BlobFiles files, TaintReader taint, HttpRequest request, CancellationToken cancellationToken)
    {
        var (manifest, problem) = await ManifestAsync(name, project, grains, blobs, cancellationToken);
        if (manifest is null)
        {
            return problem!;
        }

        if (s_cards.Contains(path) && (await taint.ReadAsync(project.Id, cancellationToken)).FirstOrDefault(thing => thing.Id == manifest.Version) is { } tainted)
        {
            request.HttpContext.Response.Headers[TaintHeader] = string.Join(", ", tainted.Tainted.Select(by => by.Retraction));
        }

        if (path is "manifest.json")
        {
            // Not in its own list of files; a pulled folder has it all the same, so that the version can be cited and checked without the server.
            var blob = manifest.Blob;
            var content = await blobs.GetAsync(blob, cancellationToken) ?? throw new InvalidDataException($"{blob} is missing; restore the store from a copy.");
            return await files.ServeAsync(request, blob, path, ContentHash.Hex(content.Bytes.Span), cancellationToken);
        }

        if (DerivedTable.TryParse(path, out var table, out var split, out var format))
        {
            return await DerivedAsync(manifest, table, split, format, blobs, files, request, cancellationToken);
        }

        return manifest.Find(path) is { } file
            ? await files.ServeAsync(request, file.Blob, path, file.Sha256, cancellationToken)
            : ProblemMap.Problem(ProblemCodes.UnknownFile, $"Version {name} has no file '{path}'.");
    }

    private static async Task<Results<FileStreamHttpResult, StatusCodeHttpResult, PushStreamHttpResult, ProblemHttpResult>> TableAsync(
        string name, string table, CurrentProject project, IGrainFactory grains, IBlobStore blobs, BlobFiles files, HttpRequest request, CancellationToken cancellationToken,
        string split = "train", string format = "jsonl")
    {
        if (!DerivedTable.Names.Contains(table) || split is not ("train" or "test") || !DerivedTable.Formats.Contains(format))
        {
            return ProblemMap.Problem(
                RefusalCodes.BadRequest, $"table is one of {string.Join(", ", DerivedTable.Names)}; split is train or test; format is {string.Join(", ", DerivedTable.Formats)}.",
                field: !DerivedTable.Names.Contains(table) ? "table" : split is not ("train" or "test") ? "split" : "format");
        }

        var (manifest, problem) = await ManifestAsync(name, project, grains, blobs, cancellationToken);
        if (manifest is null)
        {
            return problem!;
        }

        if (!DerivedTable.IsCanonical(table, format))
        {
            var part = DerivedTable.Splits(table) is ["all"] ? "all" : split;
            return (await DerivedAsync(manifest, table, part, format, blobs, files, request, cancellationToken)).Result switch
            {
                FileStreamHttpResult stream => stream,
                StatusCodeHttpResult status => status,
                var other => (ProblemHttpResult)other,
            };
        }

        return TypedResults.Stream(
            async stream =>
            {
                foreach (var file in manifest.TableFiles(table, split))
                {
                    await using var content = await blobs.OpenReadAsync(file.Blob, 0, cancellationToken)
                        ?? throw new InvalidDataException($"{file.Blob} is missing; restore the store from a copy.");
                    await content.CopyToAsync(stream, cancellationToken);
                }
            },
            "application/x-ndjson");
    }

    private static async Task<Results<FileStreamHttpResult, StatusCodeHttpResult, ProblemHttpResult>> DerivedAsync(
        VersionManifest manifest, string table, string split, string format, IBlobStore blobs, BlobFiles files, HttpRequest request, CancellationToken cancellationToken)
    {
        var path = DerivedTable.PathOf(table, split, format);
        using var turn = await s_turns.TakeAsync($"{manifest.Project}/{manifest.Version}/{path}", cancellationToken);
        var file = await DerivedFile.GetAsync(blobs, manifest, table, split, format, cancellationToken);
        return await files.ServeAsync(request, file.Blob, path, file.Sha256, cancellationToken);
    }

    private static async Task<(VersionManifest? Manifest, ProblemHttpResult? Problem)> ManifestAsync(
        string name, CurrentProject project, IGrainFactory grains, IBlobStore blobs, CancellationToken cancellationToken)
    {
        var (view, problem) = await DatasetsApi.PublishedAsync(name, project, grains, cancellationToken);
        return view is null ? (null, problem) : (await VersionManifest.ReadAsync(blobs, project.Id, view.Version, cancellationToken), ProblemMap.Problem(RefusalCodes.UnknownVersion, $"The files of {name} are gone."));
    }

    internal sealed record FileAnswer(string Path, long Bytes, string Sha256);
}
