using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Builds a cut version and publishes it: objects first, its own files next, the manifest last.</summary>
internal sealed class VersionBuilder(IBlobStore store, IGrainFactory grains)
{
    private const int LookBack = 20;

    // One build or sweep of a project at a time in this process: they share its source index and objects.
    private static readonly KeyedTurns s_turns = new();

    public async Task BuildAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        using var turn = await s_turns.TakeAsync(project.Value, cancellationToken);
        await BuildAloneAsync(project, name, cancellationToken);
    }

    /// <summary>Deletes what only a deleted version used. While a version is built nothing is deleted: it may take files over.</summary>
    public async Task SweepAsync(ProjectId project, int version, CancellationToken cancellationToken)
    {
        using var turn = await s_turns.TakeAsync(project.Value, cancellationToken);
        await VersionSweep.RunAsync(store, grains.GetGrain<IDatasetsGrain>(project.Value), project, version, cancellationToken);
    }

    private async Task BuildAloneAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        var datasets = grains.GetGrain<IDatasetsGrain>(project.Value);
        if (await datasets.FindAsync(name, cancellationToken) is not { State: VersionState.Building } version)
        {
            return;
        }

        var manifest = await VersionManifest.ReadAsync(store, project, version.Version, cancellationToken);
        if (manifest is null)
        {
            var parent = (await datasets.ListAsync(version.Version, LookBack, cancellationToken)).FirstOrDefault(earlier => earlier.State is VersionState.Published);
            var before = parent is null ? null : await VersionBuckets.ReadAsync(store, project, parent.Version, cancellationToken);
            var outcome = await VersionBuild.RunAsync(store, store, version.Recipe, before, KeepAsync, cancellationToken);
            if (outcome.Value is not { } build)
            {
                await datasets.PublishedAsync(version.Version, facts: null, outcome.Refusal ?? new Refusal(RefusalCodes.EmptyVersion, "The version has no rows."), cancellationToken);
                return;
            }

            manifest = await WriteAsync(project, version, parent, build, cancellationToken);
        }

        await datasets.PublishedAsync(version.Version, manifest.Facts, failure: null, cancellationToken);
    }

    // An object is named by its content: when it is there, it is right.
    private async Task KeepAsync(VersionFile file, Stream content, CancellationToken cancellationToken)
    {
        if (await store.StatAsync(file.Blob, cancellationToken) is null)
        {
            await store.PutIfAbsentAsync(file.Blob, content, cancellationToken);
        }
    }

    private async Task<VersionManifest> WriteAsync(ProjectId project, VersionView version, VersionView? parent, VersionBuild build, CancellationToken cancellationToken)
    {
        var folder = VersionManifest.Folder(project, version.Version);
        var (quality, about) = (await QualityAsync(project, version, parent, build, cancellationToken), await AboutAsync(project, cancellationToken));
        var own = new List<VersionFile>();
        foreach (var (path, text) in new[]
        {
            ("README.md", DataCard.Readme(project.Value, version, build.Facts, quality, parent, build.Files, about)),
            ("build.json", CanonicalJson.Write(new JsonObject { ["format"] = 1, ["program"] = "orleans.dpo", ["program_version"] = ProgramVersion(), ["runtime"] = Environment.Version.ToString() }) + "\n"),
            ("croissant.json", Croissant.Of(project.Value, version, build.Facts, build.Files, parent, build.Counts["chat_rows"] > 0, about)),
            ("quality.json", CanonicalJson.Write(quality) + "\n"),
            ("recipe.json", version.Recipe + "\n"),
        })
        {
            var bytes = await store.PutFirstAsync(folder + path, Encoding.UTF8.GetBytes(text), cancellationToken);
            own.Add(new(path, bytes.Length, ContentHash.Hex(bytes.Span), folder + path));
        }

        await store.PutIfAbsentAsync(VersionBuckets.BlobOf(project, version.Version), JsonSerializer.SerializeToUtf8Bytes(build.Buckets, JobJson.Line), cancellationToken);
        var manifest = new VersionManifest
        {
            Project = project.Value,
            Version = NumberedName.Of('v', version.Version),
            Identity = build.Facts.Identity,
            Created = version.Created,
            Round = version.Round,
            Parent = parent is null ? null : NumberedName.Of('v', parent.Version),
            Ledger = Recipe.Parse(version.Recipe).Positions,
            Files = [.. build.Files.Concat(own).OrderBy(file => file.Path, StringComparer.Ordinal)],
            Facts = build.Facts,
        };
        var stored = await store.PutFirstAsync(folder + "manifest.json", JsonSerializer.SerializeToUtf8Bytes(manifest, JobJson.File), cancellationToken);
        return JsonSerializer.Deserialize<VersionManifest>(stored.Span, JobJson.File)!;
    }

    private async Task<JsonObject> QualityAsync(ProjectId project, VersionView version, VersionView? parent, VersionBuild build, CancellationToken cancellationToken)
    {
        var gold = build.Counts.Gold.Count is 0 ? null : await GoldAnswers.ReadAsync(store, Recipe.Parse(version.Recipe), cancellationToken);
        var quality = QualityReport.Of(build.Counts, gold);
        return parent is not null && await store.GetAsync(VersionManifest.Folder(project, parent.Version) + "quality.json", cancellationToken) is { } content
            && JsonNode.Parse(content.Bytes.Span) is JsonObject before
            ? QualityReport.WithDrift(quality, NumberedName.Of('v', parent.Version), before)
            : quality;
    }

    /// <summary>What the project's settings say of its datasets now: outside of the identity, so a licence that was set later does not make another version.</summary>
    private async Task<DatasetSettings> AboutAsync(ProjectId project, CancellationToken cancellationToken) =>
        (await grains.GetGrain<IProjectGrain>(project.Value).GetAsync(cancellationToken))?.Settings.Datasets ?? new();

    private static string ProgramVersion() => typeof(VersionBuilder).Assembly.GetName().Version?.ToString(3) ?? "0";
}
