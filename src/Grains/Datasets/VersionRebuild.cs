using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Builds a version's tables from ledger and segments alone, by the code that publishes.</summary>
public static class VersionRebuild
{
    /// <summary>The files and facts, or why there are none.</summary>
    /// <param name="store">Ledger and segments; only read.</param>
    /// <param name="scratch">An empty store for what is needed on the way.</param>
    /// <param name="recipe">Canonical recipe.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static Task<Outcome<VersionBuild>> RunAsync(IBlobStore store, IBlobStore scratch, string recipe, CancellationToken cancellationToken) =>
        VersionBuild.RunAsync(store, scratch, recipe, before: null, static (_, _, _) => Task.CompletedTask, cancellationToken);

    /// <summary>Whether the ledger still gives the version its identity.</summary>
    public static async Task<RebuildReport> CompareAsync(IBlobStore store, IBlobStore scratch, VersionView version, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(store, scratch, version.Recipe, cancellationToken);
        var rebuilt = outcome.Value?.Facts.Identity ?? outcome.Refusal!.Detail;
        return new(version.Facts?.Identity ?? "", rebuilt, version.Facts?.Identity == rebuilt);
    }
}
