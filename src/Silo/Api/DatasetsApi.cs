using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Loop;
using Orleans.Dpo.Silo.Retractions;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Dataset versions: cut, named, tagged, compared, deleted. Their files are <see cref="DatasetFilesApi"/>'s.</summary>
internal static class DatasetsApi
{
    public static IEndpointRouteBuilder MapDatasets(this IEndpointRouteBuilder project)
    {
        project.MapPost("/datasets", CutAsync).Describe("cut-version", "Cuts a version of what is judged so far, or was at a time, by the project's recipe or another.").For(Roles.Operator, Roles.Researcher).WithMetadata(new IdempotentCreation());
        project.MapGet("/datasets", ListAsync).Describe("list-versions", "Versions, newest first.").For(Roles.Researcher, Roles.Operator).ShowsTaint();
        project.MapGet("/datasets/diff", DiffAsync).Describe("diff-versions", "What the rows of one version have that those of another have not, and why, as JSON lines; the last line sums up.")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/datasets/tags", TagsAsync).Describe("list-tags", "Tags and the versions they are on.").For(Roles.Researcher, Roles.Operator);
        project.MapDelete("/datasets/tags/{tag}", UntagAsync).Describe("untag-version", "Takes a tag away; a protected one only with override=true, by an administrator.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/datasets/{name}", GetAsync).Describe("get-version", "A version by v12, 12, latest, tag, or 40-hex revision.").For(Roles.Researcher, Roles.Operator).ShowsTaint();
        project.MapDelete("/datasets/{name}", DeleteAsync).Describe("delete-version", "Deletes a version's rows; number, identity and reason stay.").For(Roles.Operator);
        project.MapPut("/datasets/{name}/tags/{tag}", TagAsync).Describe("tag-version", "Sets or moves a tag; with protect=true (operators) it then stays where it is.").For(Roles.Researcher, Roles.Operator);
        return project;
    }

    /// <summary>The published version of a name, or the problem that says why there is none.</summary>
    internal static async Task<(VersionView? View, ProblemHttpResult? Problem)> PublishedAsync(string name, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken) =>
        await grains.GetGrain<IDatasetsGrain>(project.Key).FindAsync(name, cancellationToken) switch
        {
            { State: VersionState.Published } view => (view, null),
            { State: VersionState.Deleted } gone => (null, Gone(gone)),

            // A version that is being built, or could not be, has no files: it is as unknown as one that was never cut.
            _ => (null, ProblemMap.Problem(RefusalCodes.UnknownVersion, $"There is no published version '{name}'.")),
        };

    private static async Task<Results<Accepted<VersionAnswer>, ProblemHttpResult>> CutAsync(
        CutBody? body, CurrentProject project, IGrainFactory grains, IBlobStore blobs, HttpRequest request, CancellationToken cancellationToken)
    {
        var datasets = grains.GetGrain<IDatasetsGrain>(project.Key);
        var recipe = body?.Recipe;
        var positions = body is null ? new() : await body.PositionsAsync(project, datasets, blobs, cancellationToken);
        if (positions.Refusal is { } refusal)
        {
            return ProblemMap.Problem(refusal);
        }

        if (recipe?.Replay is not null && body?.Replay is not null)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "replay is given twice.", field: "replay");
        }

        var since = recipe?.Since is { } begin ? await datasets.FindAsync(begin, cancellationToken) : null;
        if (recipe?.Since is not null && since is null)
        {
            return ProblemMap.Problem(RefusalCodes.UnknownVersion, $"There is no version '{recipe.Since}' to begin after.");
        }

        var cut = await datasets.CutAsync(
            new("manual", null, CreationKeys.Of(request), recipe?.Replay ?? body?.Replay, since?.Version, recipe?.Aggregation, recipe?.Options(), positions.Value?.Positions, recipe?.Seed), cancellationToken);
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
        await grains.GetGrain<IDatasetsGrain>(project.Key).FindAsync(name, cancellationToken) is { } view
            ? view.State is VersionState.Deleted ? Gone(view) : TypedResults.Ok(VersionAnswer.Of(view))
            : ProblemMap.Problem(RefusalCodes.UnknownVersion, $"There is no published version '{name}'.");

    private static async Task<Results<Ok<VersionAnswer>, ProblemHttpResult>> TagAsync(
        string name, string tag, CurrentProject project, Caller caller, IGrainFactory grains, CancellationToken cancellationToken, bool? protect = null, bool @override = false)
    {
        if (MayNot(caller, protect, @override) is { } problem)
        {
            return problem;
        }

        var (view, unknown) = await PublishedAsync(name, project, grains, cancellationToken);
        return view is null ? unknown! : (await grains.GetGrain<IDatasetsGrain>(project.Key).TagAsync(new(tag, view.Version, protect, @override), cancellationToken)).ToOk(VersionAnswer.Of);
    }

    private static async Task<Ok<ImmutableArray<TagAnswer>>> TagsAsync(CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok<ImmutableArray<TagAnswer>>(
            [.. (await grains.GetGrain<IDatasetsGrain>(project.Key).ListTagsAsync(cancellationToken)).Select(tag => new TagAnswer(tag.Tag, tag.Version, $"v{tag.Version}", tag.IsProtected))]);

    private static async Task<Results<NoContent, ProblemHttpResult>> UntagAsync(
        string tag, CurrentProject project, Caller caller, IGrainFactory grains, CancellationToken cancellationToken, bool @override = false) =>
        MayNot(caller, protect: null, @override) is { } problem ? problem
        : await grains.GetGrain<IDatasetsGrain>(project.Key).UntagAsync(tag, @override, cancellationToken) is { } refusal ? ProblemMap.Problem(refusal)
        : TypedResults.NoContent();

    private static ProblemHttpResult? MayNot(Caller caller, bool? protect, bool overrides) =>
        overrides && !caller.IsAdmin ? ProblemMap.Problem(RefusalCodes.MissingRole, "Only an administrator moves or takes away a protected tag.")
        : protect is not null && !caller.IsAdmin && !caller.Roles.Contains(Roles.Operator) ? ProblemMap.Problem(RefusalCodes.MissingRole, "Only an operator protects a tag.")
        : null;

    private static async Task<Results<Ok<VersionAnswer>, ProblemHttpResult>> DeleteAsync(
        string name, CurrentProject project, IGrainFactory grains, IBlobStore blobs, CancellationToken cancellationToken, string reason = "")
    {
        var datasets = grains.GetGrain<IDatasetsGrain>(project.Key);
        if (!NumberedName.TryParse('v', name, out var number))
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "A version is deleted by its own name, such as v3.", field: "name");
        }

        var rounds = await grains.GetGrain<IRoundsGrain>(project.Key).ListAsync(before: null, 20, cancellationToken);
        if (rounds.FirstOrDefault(round => round.Version == number && !RoundRules.IsEnded(round.State)) is { } user)
        {
            return ProblemMap.Problem(RefusalCodes.WrongState, $"r{user.Number}, which is {user.State.ToString().ToLowerInvariant()}, uses {name}.");
        }

        var deleted = await datasets.DeleteAsync(number, reason.Trim(), cancellationToken);
        if (deleted.Value is not { } view)
        {
            return ProblemMap.Problem(deleted.Refusal!);
        }

        await new VersionBuilder(blobs, grains).SweepAsync(project.Id, number, cancellationToken);
        return TypedResults.Ok(VersionAnswer.Of(view));
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> DiffAsync(
        string from, string to, CurrentProject project, IGrainFactory grains, IBlobStore blobs, CancellationToken cancellationToken)
    {
        var (old, problem) = await PublishedAsync(from, project, grains, cancellationToken);
        var (next, other) = await PublishedAsync(to, project, grains, cancellationToken);
        if (old is null || next is null)
        {
            return problem ?? other!;
        }

        var before = await VersionManifest.ReadAsync(blobs, project.Id, old.Version, cancellationToken) ?? throw new InvalidDataException($"The manifest of v{old.Version} is missing.");
        var after = await VersionManifest.ReadAsync(blobs, project.Id, next.Version, cancellationToken) ?? throw new InvalidDataException($"The manifest of v{next.Version} is missing.");
        return TypedResults.Stream(
            async stream =>
            {
                await foreach (var row in VersionDiff.ReadAsync(blobs, before, after, (old.Recipe, next.Recipe), cancellationToken))
                {
                    await stream.WriteAsync(CanonicalJson.Line(row), cancellationToken);
                }
            },
            "application/x-ndjson");
    }

    private static ProblemHttpResult Gone(VersionView view) =>
        ProblemMap.Problem(RefusalCodes.VersionDeleted, $"v{view.Version} ({view.Facts?.Identity ?? "never published"}) was deleted on {view.Tombstone!.Time:yyyy-MM-dd HH:mm} UTC: {view.Tombstone.Reason}");

    internal sealed record TagAnswer(string Tag, int Version, string Name, bool Protected);

    internal sealed record TombstoneAnswer(string Reason, DateTimeOffset Time);

    internal sealed record VersionAnswer(
        int Version, string Name, VersionState State, string? Identity, string? Revision, DateTimeOffset Created, string Reason, string? Round, CountsAnswer? Counts,
        JsonElement Recipe, ImmutableArray<string> Tags, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Refusal? Failure,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TombstoneAnswer? Deleted) : ITaintable
    {
        [JsonIgnore]
        public string TaintId => Name;

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public ImmutableArray<Taint>? Tainted { get; set; }

        public static VersionAnswer Of(VersionView view) => new(
            view.Version, $"v{view.Version}", view.State, view.Facts?.Identity, view.Facts?.Identity[..40], view.Created, view.Reason, view.Round,
            view.Facts is { } facts ? CountsAnswer.Of(facts) : null, JsonSerializer.Deserialize<JsonElement>(view.Recipe), view.Tags, view.Failure,
            view.Tombstone is { } stone ? new(stone.Reason, stone.Time) : null);
    }

    internal sealed record CountsAnswer(int Items, int Judgments, int DpoTrain, int DpoTest, int Replayed, int Ties, int BothBad, int NoMajority, int Skips, long Bytes, int Filtered)
    {
        public static CountsAnswer Of(VersionFacts f) => new(f.Items, f.Judgments, f.DpoTrain, f.DpoTest, f.Replayed, f.Ties, f.BothBad, f.NoMajority, f.Skips, f.Bytes, f.Filtered);
    }
}
