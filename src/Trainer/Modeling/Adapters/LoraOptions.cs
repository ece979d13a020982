using System.Collections.Immutable;

namespace Orleans.Dpo.Trainer.Modeling.Adapters;

/// <summary>Which projections get an adapter, and of what size. There is no dropout: it is off in every run, so that policy and reference differ by weights alone.</summary>
/// <param name="Rank">r, 1 or more.</param>
/// <param name="Alpha">α, above 0; the adapter is scaled by α / r.</param>
/// <param name="Targets">Last parts of projections' names, such as q_proj; or <see cref="AllLinear"/> alone: every projection but the output head.</param>
/// <param name="RankStabilized">Scale by α / √r instead (arXiv:2312.03732).</param>
internal sealed record LoraOptions(int Rank, double Alpha, ImmutableArray<string> Targets, bool RankStabilized = false)
{
    public const string AllLinear = "all-linear";

    public double Scale => Alpha / (RankStabilized ? Math.Sqrt(Rank) : Rank);
}
