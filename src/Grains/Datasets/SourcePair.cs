using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>One pair with all that was said of it up to a version's positions.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Judgments">In ledger order, superseded and withdrawn ones too.</param>
/// <param name="SinceSeq">Events of its shard after this one are in the version's window.</param>
/// <param name="Shard">Its shard.</param>
public sealed record SourcePair(PairRecord Pair, ImmutableArray<SourceJudgment> Judgments, long SinceSeq, string Shard = "0")
{
    /// <summary>It follows from a ranking; its votes hang together with those of the ranking's other pairs.</summary>
    public bool IsImplied { get; init; }

    /// <summary>Live counted votes; computed on each call.</summary>
    public ImmutableArray<SourceJudgment> Votes =>
        [.. Judgments.Where(judgment => judgment.IsLive && judgment.Event is { Counted: true, Purpose: Purpose.Vote } && judgment.Event.Verdict.Choice is not Choice.Skip)];

    /// <summary>A vote of it is in the window.</summary>
    public bool IsNew => Votes.Any(vote => vote.Seq > SinceSeq);
}
