using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What <see cref="QualityAnalysis"/> reads, copied out of the model so that computing holds nobody up.</summary>
public sealed record AgreementSnapshot
{
    /// <summary>The counts that the model keeps anyway.</summary>
    public required ProjectQuality Counts { get; init; }

    /// <summary>The newest votes, oldest first.</summary>
    internal ImmutableArray<SnapshotVote> Votes { get; init; } = [];

    internal ImmutableArray<SnapshotAnnotator> Annotators { get; init; } = [];

    /// <summary>Index of each annotator in the votes.</summary>
    internal ImmutableArray<int> Places => [.. Annotators.Select(annotator => annotator.Place)];
}

internal readonly record struct SnapshotVote(int Pair, int Annotator, Choice Choice, int Strength, int Words, int ActiveMilliseconds);

internal sealed record SnapshotAnnotator(
    AnnotatorId Id, int Place, int Votes, JointAnnotator? Joint, ImmutableArray<bool> Sides, int GoldRight, int GoldWrong, double GoldEvidence, ImmutableArray<RepeatedVerdict> Repeats, bool Paused);
