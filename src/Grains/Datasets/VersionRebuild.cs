using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Builds a version's tables from ledger and segments alone. Publishing and <c>dpo rebuild</c> both use it, so what is compared is what was published.</summary>
public static class VersionRebuild
{
    /// <summary>The tables, or why there are none.</summary>
    public static async Task<Outcome<VersionTables>> TablesAsync(IBlobStore store, string recipe, CancellationToken cancellationToken)
    {
        var parsed = Recipe.Parse(recipe);
        var pairs = await VersionSource.ReadPairsAsync(store, parsed, cancellationToken);
        var texts = await VersionSource.ReadTextsAsync(store, pairs.Select(source => source.Pair), cancellationToken);
        var outcome = VersionTables.Build(parsed, pairs, texts);
        return outcome.Value is { } tables ? tables with { Facts = tables.Facts with { Identity = VersionIdentity.Of(recipe, tables) } } : outcome;
    }

    /// <summary>Whether the ledger still gives the version its identity.</summary>
    public static async Task<RebuildReport> CompareAsync(IBlobStore store, VersionView version, CancellationToken cancellationToken)
    {
        var outcome = await TablesAsync(store, version.Recipe, cancellationToken);
        var rebuilt = outcome.Value?.Facts.Identity ?? outcome.Refusal!.Detail;
        return new(version.Facts?.Identity ?? "", rebuilt, version.Facts?.Identity == rebuilt);
    }
}
