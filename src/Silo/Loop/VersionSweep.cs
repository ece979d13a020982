using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Deletes a deleted version's files: its own folder but the recipe, and objects that no other version names.</summary>
internal static class VersionSweep
{
    private const int Page = 200;

    public static async Task RunAsync(IBlobStore store, IDatasetsGrain datasets, ProjectId project, int version, CancellationToken cancellationToken)
    {
        if (await VersionManifest.ReadAsync(store, project, version, cancellationToken) is not { } manifest)
        {
            return;
        }

        var objects = manifest.Files.Select(file => file.Blob).ToHashSet(StringComparer.Ordinal);
        for (int? before = null; ;)
        {
            var page = await datasets.ListAsync(before, Page, cancellationToken);
            foreach (var other in page.Where(other => other.Version != version && other.State is VersionState.Published))
            {
                objects.ExceptWith((await VersionManifest.ReadAsync(store, project, other.Version, cancellationToken))?.Files.Select(file => file.Blob) ?? []);
            }

            if (page.Length < Page)
            {
                break;
            }

            before = page[^1].Version;
        }

        // The manifest is last: until it is gone a sweep that was cut short can be done again.
        var folder = VersionManifest.Folder(project, version);
        await foreach (var blob in store.ListAsync(folder, cancellationToken))
        {
            objects.Add(blob.Name);
        }

        foreach (var blob in objects.Where(blob => blob != manifest.Blob && blob != folder + "recipe.json"))
        {
            await store.DeleteAsync(blob, etag: null, cancellationToken);
        }

        await store.DeleteAsync(manifest.Blob, etag: null, cancellationToken);
    }
}
