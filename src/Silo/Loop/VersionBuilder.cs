using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Builds a cut version and publishes it: objects first, its own files next, the manifest last.</summary>
internal sealed class VersionBuilder(IBlobStore store, IGrainFactory grains)
{
    private const int ParallelWrites = 8;

    public async Task BuildAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        var datasets = grains.GetGrain<IDatasetsGrain>(project.Value);
        if (await datasets.FindAsync(name, cancellationToken) is not { State: VersionState.Building } version)
        {
            return;
        }

        var manifest = await VersionManifest.ReadAsync(store, project, version.Version, cancellationToken);
        if (manifest is null)
        {
            var outcome = await VersionRebuild.TablesAsync(store, version.Recipe, cancellationToken);
            if (outcome.Value is not { } tables)
            {
                await datasets.PublishedAsync(version.Version, facts: null, outcome.Refusal ?? new Refusal(RefusalCodes.EmptyVersion, "The version has no rows."), cancellationToken);
                return;
            }

            manifest = await WriteAsync(project, version, tables, cancellationToken);
        }

        await datasets.PublishedAsync(version.Version, manifest.Facts, failure: null, cancellationToken);
    }

    private async Task<VersionManifest> WriteAsync(ProjectId project, VersionView version, VersionTables tables, CancellationToken cancellationToken)
    {
        var files = tables.Files.Select(file => (File: new VersionFile(file.Key, file.Value.Length, ContentHash.Hex(file.Value), ""), Content: file.Value))
            .Select(item => (File: item.File with { Blob = VersionManifest.ObjectBlob(project, item.File.Sha256) }, item.Content)).ToList();
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = ParallelWrites, CancellationToken = cancellationToken }, async (item, token) =>
        {
            // An object is named by its content: when it is there, it is right.
            if (await store.StatAsync(item.File.Blob, token) is null)
            {
                await store.PutIfAbsentAsync(item.File.Blob, item.Content, token);
            }
        });

        var folder = VersionManifest.Folder(project, version.Version);
        var facts = tables.Facts with { Bytes = files.Sum(item => item.File.Bytes) };
        var tableFiles = files.Select(item => item.File).ToList();
        var own = new List<VersionFile>();
        foreach (var (path, text) in new[]
        {
            ("README.md", DataCard.Readme(project.Value, version, facts, tables.Quality)),
            ("build.json", CanonicalJson.Write(new JsonObject { ["format"] = 1, ["program"] = "orleans.dpo", ["program_version"] = ProgramVersion(), ["runtime"] = Environment.Version.ToString() }) + "\n"),
            ("croissant.json", DataCard.Croissant(project.Value, version, facts, tableFiles)),
            ("quality.json", CanonicalJson.Write(tables.Quality) + "\n"),
            ("recipe.json", version.Recipe + "\n"),
        })
        {
            var bytes = await store.PutFirstAsync(folder + path, Encoding.UTF8.GetBytes(text), cancellationToken);
            own.Add(new(path, bytes.Length, ContentHash.Hex(bytes.Span), folder + path));
        }

        var manifest = new VersionManifest
        {
            Project = project.Value,
            Version = NumberedName.Of('v', version.Version),
            Identity = facts.Identity,
            Created = version.Created,
            Round = version.Round,
            Files = [.. tableFiles.Concat(own).OrderBy(file => file.Path, StringComparer.Ordinal)],
            Facts = facts,
        };
        var stored = await store.PutFirstAsync(folder + "manifest.json", JsonSerializer.SerializeToUtf8Bytes(manifest, JobJson.File), cancellationToken);
        return JsonSerializer.Deserialize<VersionManifest>(stored.Span, JobJson.File)!;
    }

    private static string ProgramVersion() => typeof(VersionBuilder).Assembly.GetName().Version?.ToString(3) ?? "0";
}
