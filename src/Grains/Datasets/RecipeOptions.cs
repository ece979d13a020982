using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What a recipe may say beyond an aggregation and a window. The defaults are those of a recipe of format 1; members from <see cref="Languages"/> on need format 3.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.recipe-options")]
public sealed record RecipeOptions
{
    /// <summary><c>hard</c>: a row for each pair whose verdict is a side. <c>soft</c>: for each pair with votes that lean to a side, verdict or not; train on <c>p_chosen</c>.</summary>
    [Id(0)] public string Labels { get; init; } = "hard";

    /// <summary>Least p_chosen of a row, ½ to 1; 0: whatever the aggregation calls a side.</summary>
    [Id(1)] public double Threshold { get; init; }

    /// <summary><c>count</c>: a tie is half a vote for each side. <c>ignore</c>: tie votes are left out. <c>half</c> (soft labels only): pairs without a lean are rows with p_chosen ½.</summary>
    [Id(2)] public string Ties { get; init; } = "count";

    /// <summary><c>count</c> or <c>ignore</c>, as for ties.</summary>
    [Id(3)] public string BothBad { get; init; } = "count";

    /// <summary>The rows' weight: <c>none</c> (1), <c>strength</c> (mean strength / 2; 1 without one) or <c>confidence</c> (2·p_chosen − 1, at least 0.01).</summary>
    [Id(4)] public string Weights { get; init; } = "none";

    /// <summary>Least mean strength, 0 to 3; a row without a strength has 0.</summary>
    [Id(5)] public double MinStrength { get; init; }

    /// <summary>Least share of votes that agree with the label, 0 to 1.</summary>
    [Id(6)] public double MinAgreement { get; init; }

    /// <summary>Least number of votes, 0 to 100.</summary>
    [Id(7)] public int MinVotes { get; init; }

    /// <summary>Votes of annotators whose reliability in the joint model is smaller are left out; null: everybody's count.</summary>
    [Id(8)] public double? MinReliability { get; init; }

    /// <summary>Only these prompts; empty: all.</summary>
    [Id(9)] public ImmutableArray<string> Prompts { get; init; } = [];

    /// <summary>Only pairs of these origins (<c>g7</c>, <c>i2</c>); empty: all.</summary>
    [Id(10)] public ImmutableArray<string> Origins { get; init; } = [];

    /// <summary>Only pairs both of whose responses are by one of these policies or sources; empty: all.</summary>
    [Id(11)] public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>Of pairs with the same prompt and the same two texts only one is a row: that with the most votes, then the smallest id.</summary>
    [Id(12)] public bool Dedup { get; init; }

    /// <summary>Most train rows of a prompt; 0: no limit. Kept are those with the smallest SHA-256 of <c>cap/1⏎seed⏎pair id</c>.</summary>
    [Id(13)] public int PerPrompt { get; init; }

    /// <summary>Names of older versions whose windows alone are replayed from; empty: everything before the window.</summary>
    [Id(14)] public ImmutableArray<string> ReplayOf { get; init; } = [];

    /// <summary>Only prompts in these languages, by ranges (RFC 4647): <c>de</c> takes <c>de-CH</c>, <c>*</c> any, <c>und</c> prompts without a language; empty: all.</summary>
    [Id(15)] public ImmutableArray<string> Languages { get; init; } = [];

    /// <summary>Only prompts with one of these tags; empty: all.</summary>
    [Id(16)] public ImmutableArray<string> TagsAny { get; init; } = [];

    /// <summary>Only prompts with all of these tags.</summary>
    [Id(17)] public ImmutableArray<string> TagsAll { get; init; } = [];

    /// <summary>No prompt with one of these tags.</summary>
    [Id(18)] public ImmutableArray<string> TagsNone { get; init; } = [];

    /// <summary>No pairs of these origins.</summary>
    [Id(19)] public ImmutableArray<string> ExcludeOrigins { get; init; } = [];

    /// <summary>Only pairs one of whose responses, or both, are by one of these policies or sources; empty: all.</summary>
    [Id(20)] public ImmutableArray<string> SourcesAny { get; init; } = [];

    /// <summary>No pairs one of whose responses is by one of these policies or sources.</summary>
    [Id(21)] public ImmutableArray<string> ExcludeSources { get; init; } = [];

    /// <summary>Least posterior of the chosen side in the joint model, whatever the aggregation, ½ to 1; null: any.</summary>
    [Id(22)] public double? MinPosterior { get; init; }

    /// <summary>Only votes of these annotators, by their names in datasets (<c>a_…</c>); empty: everybody's.</summary>
    [Id(23)] public ImmutableArray<string> Annotators { get; init; } = [];

    /// <summary>No votes of these annotators.</summary>
    [Id(24)] public ImmutableArray<string> ExcludeAnnotators { get; init; } = [];

    /// <summary>Only votes of these kinds of annotators, <c>person</c> and <c>model</c>; empty: both.</summary>
    [Id(25)] public ImmutableArray<string> AnnotatorKinds { get; init; } = [];

    /// <summary>Only votes received at this instant or later, in whole microseconds; null: from the first.</summary>
    [Id(26)] public DateTimeOffset? VotesFrom { get; init; }

    /// <summary>Only votes received before this instant, in whole microseconds; null: to the last.</summary>
    [Id(27)] public DateTimeOffset? VotesBefore { get; init; }

    /// <summary>What pairs rankings give: <c>none</c>, <c>all</c> two of their responses, or <c>adjacent</c> ones. Their orders are in the version whatever this says.</summary>
    [Id(28)] public string Rankings { get; init; } = "none";

    /// <summary>Some votes do not speak at all.</summary>
    public bool FiltersVotes => VotesFrom is not null || VotesBefore is not null || !(Annotators.IsEmpty && ExcludeAnnotators.IsEmpty && AnnotatorKinds.IsEmpty);

    /// <summary>Says something that only a recipe of format 3 can.</summary>
    public bool NeedsFormat3 => FiltersVotes || MinPosterior is not null
        || !(Languages.IsEmpty && TagsAny.IsEmpty && TagsAll.IsEmpty && TagsNone.IsEmpty && ExcludeOrigins.IsEmpty && SourcesAny.IsEmpty && ExcludeSources.IsEmpty);

    /// <summary>All members at the values that a recipe of format 1 implies.</summary>
    public bool IsDefault => !NeedsFormat3 && Rankings is "none" && Prompts.IsEmpty && Origins.IsEmpty && Sources.IsEmpty && ReplayOf.IsEmpty
        && (Labels, Threshold, Ties, BothBad, Weights, MinStrength, MinAgreement, MinVotes, MinReliability, Dedup, PerPrompt) is ("hard", 0, "count", "count", "none", 0, 0, 0, null, false, 0);
}
