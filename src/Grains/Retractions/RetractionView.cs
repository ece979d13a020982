using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Retractions;

/// <summary>A retraction.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.retraction-view")]
public sealed record RetractionView
{
    /// <summary>Number; the name is <c>t</c> and the number.</summary>
    [Id(0)] public required int Number { get; init; }

    /// <summary>State.</summary>
    [Id(1)] public required RetractionState State { get; init; }

    /// <summary>The judgment, or null for an annotator's.</summary>
    [Id(2)] public JudgmentId? Judgment { get; init; }

    /// <summary>The judgment's pair.</summary>
    [Id(3)] public PairId? Pair { get; init; }

    /// <summary>The annotator, or null for one judgment.</summary>
    [Id(4)] public AnnotatorId? Annotator { get; init; }

    /// <summary>The annotator's judgments from this time on; null for all.</summary>
    [Id(5)] public DateTimeOffset? From { get; init; }

    /// <summary>Why.</summary>
    [Id(6)] public required string Reason { get; init; }

    /// <summary>Id of who decided.</summary>
    [Id(7)] public required string By { get; init; }

    /// <summary>When.</summary>
    [Id(8)] public required DateTimeOffset Created { get; init; }

    /// <summary>How many judgments it took out, once it is carried out.</summary>
    [Id(9)] public int Judgments { get; init; }

    /// <summary>What these judgments had gone into by then: versions, and rounds whose gate they decided.</summary>
    [Id(10)] public ImmutableArray<TouchedThing> Touched { get; init; } = [];

    /// <summary>Why it was taken back, or null.</summary>
    [Id(11)] public string? ReinstateReason { get; init; }

    /// <summary>Id of who took it back.</summary>
    [Id(12)] public string? ReinstatedBy { get; init; }

    /// <summary>Name, such as <c>t3</c>.</summary>
    public string Name => NumberedName.Of('t', Number);

    /// <summary>What it touched is tainted.</summary>
    public bool Taints => State is RetractionState.Retracting or RetractionState.Retracted;

    /// <summary>The shards have work to do.</summary>
    public bool IsPending => State is RetractionState.Retracting or RetractionState.Reinstating;
}

/// <summary>Something that retracted judgments had gone into.</summary>
/// <param name="Id">Such as <c>v12</c> or <c>r4</c>.</param>
/// <param name="Kind">version or round.</param>
/// <param name="How"><c>rows</c>: its training rows come from them; <c>judgments</c>: only its tables name them; <c>gate</c>: they compared old and new.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.touched-thing")]
public sealed record TouchedThing(string Id, string Kind, string How);
