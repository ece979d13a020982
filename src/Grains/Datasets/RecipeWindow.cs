using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The window of an older version: a pair with a vote in it may be replayed.</summary>
/// <param name="Version">The version's name.</param>
/// <param name="Since">Where it began; empty: at the first vote.</param>
/// <param name="Positions">Where it ended.</param>
public sealed record RecipeWindow(string Version, ImmutableArray<RecipePosition> Since, ImmutableArray<RecipePosition> Positions)
{
    /// <summary>Whether an event of a shard lies in it.</summary>
    public bool Holds(string shard, long seq) =>
        seq > (Since.FirstOrDefault(position => position.Shard == shard)?.Seq ?? 0) && seq <= (Positions.FirstOrDefault(position => position.Shard == shard)?.Seq ?? 0);
}
