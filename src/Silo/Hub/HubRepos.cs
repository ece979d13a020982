using System.Text.Json;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Retractions;

namespace Orleans.Dpo.Silo.Hub;

/// <summary>Finds what a Hub address means: datasets are <c>dpo/{project}</c>, models <c>{project}/{policy}</c> and <c>{project}/active</c>.</summary>
internal sealed class HubRepos(IGrainFactory grains, IBlobStore blobs, TaintReader taint)
{
    /// <summary>Owner of every dataset.</summary>
    public const string DatasetOwner = "dpo";

    /// <summary>The model that is active now.</summary>
    public const string ActiveModel = "active";

    private static readonly string[] s_newest = ["main", "HEAD"];

    public async Task<HubLookup> DatasetAsync(string owner, string name, string revision, CancellationToken cancellationToken)
    {
        if (owner != DatasetOwner || await ProjectAsync(name, cancellationToken) is not { } project)
        {
            return HubLookup.NoRepo;
        }

        var version = await grains.GetGrain<IDatasetsGrain>(project.Value).FindAsync(s_newest.Contains(revision) ? "latest" : revision, cancellationToken);
        if (version is not { State: VersionState.Published, Facts: { } facts }
            || await VersionManifest.ReadAsync(blobs, project, version.Version, cancellationToken) is not { } manifest)
        {
            return HubLookup.NoRevision;
        }

        var own = await blobs.GetAsync(manifest.Blob, cancellationToken) ?? throw new InvalidDataException($"{manifest.Blob} is missing; restore the store from a copy.");
        var files = manifest.Files.Select(file => new HubFile(file.Path, file.Bytes, file.Sha256, file.Blob))
            .Append(new HubFile("manifest.json", own.Bytes.Length, ContentHash.Hex(own.Bytes.Span), manifest.Blob))
            .Concat(await DerivedAsync(project, version.Version, cancellationToken));
        var tainted = (await taint.ReadAsync(project, cancellationToken)).FirstOrDefault(thing => thing.Id == manifest.Version)?.Tainted ?? [];
        return new(new HubRepo($"{owner}/{name}", facts.Identity[..40], version.Created,
            [NumberedName.Of('v', version.Version), .. version.Tags, .. tainted.Select(by => $"tainted:{by.Retraction}")], [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]), null);
    }

    /// <summary>Tables that were asked for as Parquet, compressed, or another table: they are files of the version from then on.</summary>
    private async Task<List<HubFile>> DerivedAsync(ProjectId project, int version, CancellationToken cancellationToken)
    {
        var made = new List<HubFile>();
        await foreach (var blob in blobs.ListAsync(VersionManifest.Folder(project, version) + "derived/", cancellationToken))
        {
            if (blob.Name.EndsWith(".json", StringComparison.Ordinal) && await blobs.GetAsync(blob.Name, cancellationToken) is { } record && JsonSerializer.Deserialize<DerivedFile>(record.Bytes.Span, JobJson.File) is { } file)
            {
                made.Add(new(file.Path, file.Bytes, file.Sha256, file.Blob));
            }
        }

        return made;
    }

    public async Task<HubLookup> ModelAsync(string owner, string name, string revision, CancellationToken cancellationToken)
    {
        if (await ProjectAsync(owner, cancellationToken) is not { } project)
        {
            return HubLookup.NoRepo;
        }

        var policies = grains.GetGrain<IPoliciesGrain>(project.Value);
        var wanted = name == ActiveModel ? (await policies.GetActiveAsync(cancellationToken))?.Active : name;
        if (wanted is null || await policies.GetAsync(wanted, cancellationToken) is not { } view)
        {
            return HubLookup.NoRepo;
        }

        var sha = view.Policy.Hash[..40];
        return s_newest.Contains(revision) || revision == sha || revision == view.Policy.Id
            ? new(new HubRepo($"{owner}/{name}", sha, view.Created, [view.Policy.Id],
                [.. view.Policy.Files.OrderBy(file => file.Name, StringComparer.Ordinal)
                    .Select(file => new HubFile(file.Name, file.Bytes, file.Sha256, $"projects/{project}/policies/{view.Policy.Id}/{file.Name}"))]), null)
            : HubLookup.NoRevision;
    }

    private async Task<ProjectId?> ProjectAsync(string slug, CancellationToken cancellationToken) =>
        ProjectId.TryParse(slug, out var id) && await grains.GetGrain<IProjectGrain>(id.Value).GetAsync(cancellationToken) is not null ? id : null;
}
