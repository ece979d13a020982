using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Retractions;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Dataset versions: cut, named, tagged, read as files or whole tables.</summary>
internal static class DatasetsApi
{
    public static IEndpointRouteBuilder MapDatasets(this IEndpointRouteBuilder project)
    {
        project.MapPost("/datasets", CutAsync).Describe("cut-version", "Cuts a version of what is judged so far.").For(Roles.Operator, Roles.Researcher).WithMetadata(new IdempotentCreation());
        project.MapGet("/datasets", ListAsync).Describe("list-versions", "Versions, newest first.").For(Roles.Researcher, Roles.Operator).ShowsTaint();
        project.MapGet("/datasets/{name}", GetAsync).Describe("get-version", "A version by v12, 12, latest, tag, or 40-hex revision.").For(Roles.Researcher, Roles.Operator).ShowsTaint();
        project.MapPut("/datasets/{name}/tags/{tag}", TagAsync).Describe("tag-version", "Sets or moves a tag.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/datasets/{name}/files", FilesAsync).Describe("version-files", "Files with their lengths and hashes.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/datasets/{name}/files/{**path}", FileAsync).Describe("version-file", "One file, with ETag and ranges.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/datasets/{name}/tables/{table}", TableAsync).Describe("version-table", "A whole table as JSON lines: items, judgments, or dpo with split.")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson").For(Roles.Researcher, Roles.Operator);
        return project;
    }

    private static async Task<Results<Accepted<VersionAnswer>, ProblemHttpResult>> CutAsync(
        CutBody? body, CurrentProject project, IGrainFactory grains, HttpRequest request, CancellationToken cancellationToken)
    {
        if (body?.Replay is < 0 or > 10)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "replay is from 0 to 10.", field: "replay");
        }

        var cut = await grains.GetGrain<IDatasetsGrain>(project.Key).CutAsync(new("manual", null, CreationKeys.Of(request), body?.Replay), cancellationToken);
        return cut.Value is { } view
            ? TypedResults.Accepted($"/api/v1/projects/{project.Key}/datasets/v{view.Version}", VersionAnswer.Of(view))
            : ProblemMap.Problem(cut.Refusal!);
    }

    private static async Task<Ok<Page<VersionAnswer>>> ListAsync(PageRequest page, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var found = await grains.GetGrain<IDatasetsGrain>(project.Key).ListAsync(page.Before, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(page.Of(found, VersionAnswer.Of, last => CreationKeys.Number(last.Version)));
    }

    private static async Task<Results<Ok<VersionAnswer>, ProblemHttpResult>> GetAsync(string name, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken) =>
        await grains.GetGrain<IDatasetsGrain>(project.Key).FindAsync(name, cancellationToken) is { } view ? TypedResults.Ok(VersionAnswer.Of(view)) : Unknown(name);

    private static async Task<Results<Ok<VersionAnswer>, ProblemHttpResult>> TagAsync(
        string name, string tag, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var datasets = grains.GetGrain<IDatasetsGrain>(project.Key);
        return await datasets.FindAsync(name, cancellationToken) is { } view
            ? (await datasets.TagAsync(tag, view.Version, cancellationToken)).ToOk(VersionAnswer.Of)
            : Unknown(name);
    }

    private static async Task<Results<Ok<ImmutableArray<FileAnswer>>, ProblemHttpResult>> FilesAsync(
        string name, CurrentProject project, IGrainFactory grains, IBlobStore blobs, CancellationToken cancellationToken) =>
        await ManifestAsync(name, project, grains, blobs, cancellationToken) is { } manifest
            ? TypedResults.Ok<ImmutableArray<FileAnswer>>([.. manifest.Files.Select(file => new FileAnswer(file.Path, file.Bytes, file.Sha256))])
            : Unknown(name);

    private static async Task<Results<FileStreamHttpResult, StatusCodeHttpResult, ProblemHttpResult>> FileAsync(
        string name, string path, CurrentProject project, IGrainFactory grains, IBlobStore blobs, BlobFiles files, HttpRequest request, CancellationToken cancellationToken)
    {
        if (await ManifestAsync(name, project, grains, blobs, cancellationToken) is not { } manifest)
        {
            return Unknown(name);
        }

        if (path is "manifest.json")
        {
            // Not in its own list of files; a pulled folder has it all the same, so that the version can be cited and checked without the server.
            var blob = manifest.Blob;
            var content = await blobs.GetAsync(blob, cancellationToken) ?? throw new InvalidDataException($"{blob} is missing; restore the store from a copy.");
            return await files.ServeAsync(request, blob, path, ContentHash.Hex(content.Bytes.Span), cancellationToken);
        }

        return manifest.Find(path) is { } file
            ? await files.ServeAsync(request, file.Blob, path, file.Sha256, cancellationToken)
            : ProblemMap.Problem(ProblemCodes.UnknownFile, $"Version {name} has no file '{path}'.");
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> TableAsync(
        string name, string table, CurrentProject project, IGrainFactory grains, IBlobStore blobs, string split = "train", CancellationToken cancellationToken = default)
    {
        if (table is not ("items" or "judgments" or "dpo") || split is not ("train" or "test"))
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "table is items, judgments or dpo; split is train or test.", field: table is "items" or "judgments" or "dpo" ? "split" : "table");
        }

        if (await ManifestAsync(name, project, grains, blobs, cancellationToken) is not { } manifest)
        {
            return Unknown(name);
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

    // A version that is being built, or could not be, has no files: it is as unknown as one that was never cut.
    private static async Task<VersionManifest?> ManifestAsync(string name, CurrentProject project, IGrainFactory grains, IBlobStore blobs, CancellationToken cancellationToken) =>
        await grains.GetGrain<IDatasetsGrain>(project.Key).FindAsync(name, cancellationToken) is { State: VersionState.Published } view
            ? await VersionManifest.ReadAsync(blobs, project.Id, view.Version, cancellationToken)
            : null;

    private static ProblemHttpResult Unknown(string name) => ProblemMap.Problem(RefusalCodes.UnknownVersion, $"There is no published version '{name}'.");

    internal sealed record CutBody(double? Replay = null);

    internal sealed record FileAnswer(string Path, long Bytes, string Sha256);

    internal sealed record VersionAnswer(
        int Version, string Name, VersionState State, string? Identity, string? Revision, DateTimeOffset Created, string Reason, string? Round, CountsAnswer? Counts,
        JsonElement Recipe, ImmutableArray<string> Tags, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Refusal? Failure) : ITaintable
    {
        [JsonIgnore]
        public string TaintId => Name;

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public ImmutableArray<Taint>? Tainted { get; set; }

        public static VersionAnswer Of(VersionView view) => new(
            view.Version, $"v{view.Version}", view.State, view.Facts?.Identity, view.Facts?.Identity[..40], view.Created, view.Reason, view.Round,
            view.Facts is { } facts ? CountsAnswer.Of(facts) : null, JsonSerializer.Deserialize<JsonElement>(view.Recipe), view.Tags, view.Failure);
    }

    internal sealed record CountsAnswer(int Items, int Judgments, int DpoTrain, int DpoTest, int Replayed, int Ties, int BothBad, int NoMajority, int Skips, long Bytes)
    {
        public static CountsAnswer Of(VersionFacts f) => new(f.Items, f.Judgments, f.DpoTrain, f.DpoTest, f.Replayed, f.Ties, f.BothBad, f.NoMajority, f.Skips, f.Bytes);
    }
}
