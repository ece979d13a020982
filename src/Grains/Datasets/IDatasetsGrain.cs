using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A project's dataset versions. Key: the project. A cut fixes positions and recipe in the ledger; building is done outside of turns and may be repeated.</summary>
[Alias("orleans.dpo.datasets")]
public interface IDatasetsGrain : IGrainWithStringKey
{
    /// <summary>Cuts a version: allocates the number, appends <c>dataset.cut</c> with positions and recipe. It is readable once built.</summary>
    [Alias("cut")]
    Task<Outcome<VersionView>> CutAsync(CutRequest request, CancellationToken cancellationToken);

    /// <summary>Records the identity and counts of a built version (<c>dataset.published</c>) or why it could not be built.</summary>
    [Alias("published")]
    Task PublishedAsync(int version, VersionFacts? facts, Refusal? failure, CancellationToken cancellationToken);

    /// <summary>By name: <c>v12</c>, <c>12</c>, <c>latest</c>, a tag, or the 40-hex identity. Null when there is none.</summary>
    [ReadOnly, Alias("find")]
    Task<VersionView?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>All versions, newest first, below a number.</summary>
    [ReadOnly, Alias("list")]
    Task<ImmutableArray<VersionView>> ListAsync(int? before, int count, CancellationToken cancellationToken);

    /// <summary>Versions that were cut and not built, oldest first: however many were cut after them, they are built.</summary>
    [ReadOnly, Alias("building")]
    Task<ImmutableArray<VersionView>> ListBuildingAsync(int count, CancellationToken cancellationToken);

    /// <summary>Sets, moves or protects a tag.</summary>
    [Alias("tag")]
    Task<Outcome<VersionView>> TagAsync(TagChange change, CancellationToken cancellationToken);

    /// <summary>Takes a tag away; a refusal when there was none, or when it is protected and that is not overridden.</summary>
    [Alias("untag")]
    Task<Refusal?> UntagAsync(string tag, bool overrides, CancellationToken cancellationToken);

    /// <summary>All tags, by name.</summary>
    [ReadOnly, Alias("tags")]
    Task<ImmutableArray<TagView>> ListTagsAsync(CancellationToken cancellationToken);

    /// <summary>Deletes a version: number, identity and reason stay. Again: the same answer.</summary>
    [Alias("delete")]
    Task<Outcome<VersionView>> DeleteAsync(int version, string reason, CancellationToken cancellationToken);
}
