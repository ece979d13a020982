using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>One line of a pair segment: who the two responses are, where their texts lie, and how many votes are wanted.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.pair-record")]
public sealed record PairRecord
{
    /// <summary>The pair.</summary>
    [Id(0)] public required PairId Id { get; init; }

    /// <summary>Its prompt.</summary>
    [Id(1)] public required PromptId Prompt { get; init; }

    /// <summary>Where the prompt's row lies.</summary>
    [Id(2)] public required BlobSlice PromptAt { get; init; }

    /// <summary>The response with the smaller id.</summary>
    [Id(3)] public required ResponseId A { get; init; }

    /// <summary>Where A's row lies.</summary>
    [Id(4)] public required BlobSlice AAt { get; init; }

    /// <summary>Who wrote A: a policy (<c>p3</c>) or the name of an outside source.</summary>
    [Id(5)] public required string ASource { get; init; }

    /// <summary>The response with the larger id.</summary>
    [Id(6)] public required ResponseId B { get; init; }

    /// <summary>Where B's row lies.</summary>
    [Id(7)] public required BlobSlice BAt { get; init; }

    /// <summary>Who wrote B.</summary>
    [Id(8)] public required string BSource { get; init; }

    /// <summary>Most counted votes, 1 to 100.</summary>
    [Id(9)] public int Overlap { get; init; } = 1;

    /// <summary>Vote, HeadToHead, Ranking, or Gold for a pair that is a probe only.</summary>
    [Id(10)] public Purpose Purpose { get; init; } = Purpose.Vote;

    /// <summary>Where it comes from: a generation (<c>g7</c>), an import (<c>i2</c>) or, for head-to-head pairs, a round (<c>r4</c>).</summary>
    [Id(11)] public required string Origin { get; init; }

    /// <summary>Larger is leased first. Head-to-head pairs come before votes whatever it is.</summary>
    [Id(12)] public int Priority { get; init; }

    /// <summary>How the two responses were chosen, such as <c>uniform</c> or <c>old-new</c>.</summary>
    [Id(13)] public string Strategy { get; init; } = "uniform";

    /// <summary>Probability that this strategy chose this pair.</summary>
    [Id(14)] public double Propensity { get; init; } = 1;

    /// <summary>Train or test, by the prompt's hash.</summary>
    [Id(15)] public string Split { get; init; } = "train";

    /// <summary>Counted votes wanted at first, from 1 to <see cref="Overlap"/>; more follow only where those disagree. Null: as many as the overlap.</summary>
    [Id(16)] public int? MinOverlap { get; init; }

    /// <summary>The prompt's language, or null: as known when the pair was made.</summary>
    [Id(17)] public string? Lang { get; init; }

    /// <summary>The prompt's tags in ordinal order, or null for none.</summary>
    [Id(18)] public ImmutableArray<string>? Tags { get; init; }

    /// <summary>Of a ranking, the responses behind A and B in the order of their ids; null where there are but two.</summary>
    [Id(19)] public ImmutableArray<RankedResponse>? More { get; init; }

    /// <summary>All responses in canonical order.</summary>
    [JsonIgnore]
    public ImmutableArray<RankedResponse> Responses => [new(A, AAt, ASource), new(B, BAt, BSource), .. More ?? []];
}
