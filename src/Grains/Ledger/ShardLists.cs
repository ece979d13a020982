using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>How far a pair has come.</summary>
public enum PairState
{
    /// <summary>More votes are wanted.</summary>
    Open,

    /// <summary>It has the votes that are wanted.</summary>
    Judged,

    /// <summary>Three skips or a report.</summary>
    Review,

    /// <summary>No more votes are wanted, however many it has.</summary>
    Closed,
}

/// <summary>Which pairs a list shows. Absent members do not matter.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.pair-filter")]
public sealed record PairFilter
{
    /// <summary>How far the pair has come.</summary>
    [Id(0)] public PairState? State { get; init; }

    /// <summary>Generation, import or round.</summary>
    [Id(1)] public string? Origin { get; init; }

    /// <summary>Why it is judged; absent: pairs of every purpose, and no rankings.</summary>
    [Id(2)] public Purpose? Purpose { get; init; }

    /// <summary>At least so many live reports.</summary>
    [Id(3)] public bool Reported { get; init; }

    /// <summary>The prompt.</summary>
    [Id(4)] public PromptId? Prompt { get; init; }

    /// <summary>Who wrote A or B: a policy or an outside source.</summary>
    [Id(5)] public string? Policy { get; init; }

    /// <summary>A range of languages, see <see cref="PromptLabels.IsIn"/>.</summary>
    [Id(6)] public string? Lang { get; init; }

    /// <summary>A tag of the prompt.</summary>
    [Id(7)] public string? Tag { get; init; }
}

/// <summary>One pair of a list.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.pair-item")]
public sealed record PairItem
{
    /// <summary>The pair.</summary>
    [Id(0)] public required PairId Id { get; init; }

    /// <summary>Where its row lies.</summary>
    [Id(1)] public required Storage.BlobSlice Row { get; init; }

    /// <summary>Generation, import or round.</summary>
    [Id(2)] public required string Origin { get; init; }

    /// <summary>Why it is judged.</summary>
    [Id(3)] public required Purpose Purpose { get; init; }

    /// <summary>How far it has come.</summary>
    [Id(4)] public required PairState State { get; init; }

    /// <summary>Counted votes that it can have.</summary>
    [Id(5)] public required int Overlap { get; init; }

    /// <summary>Counted votes that are wanted at present.</summary>
    [Id(6)] public required int Wanted { get; init; }

    /// <summary>Live counted votes.</summary>
    [Id(7)] public required int Counted { get; init; }

    /// <summary>Slots that are leased.</summary>
    [Id(8)] public required int Leased { get; init; }

    /// <summary>Live skips.</summary>
    [Id(9)] public required int Skips { get; init; }

    /// <summary>Live reports.</summary>
    [Id(10)] public required int Reports { get; init; }
}

/// <summary>Which judgments a list shows. Absent members do not matter.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.judgment-filter")]
public sealed record JudgmentFilter
{
    /// <summary>Who judged.</summary>
    [Id(0)] public AnnotatorId? Annotator { get; init; }

    /// <summary>The choice in canonical order.</summary>
    [Id(1)] public Choice? Choice { get; init; }

    /// <summary>Fills a slot or not.</summary>
    [Id(2)] public bool? Counted { get; init; }

    /// <summary>Neither superseded nor withdrawn, or the opposite.</summary>
    [Id(3)] public bool? Live { get; init; }

    /// <summary>A skip that is a report, or not.</summary>
    [Id(4)] public bool? Reported { get; init; }

    /// <summary>Why it was made.</summary>
    [Id(5)] public Purpose? Purpose { get; init; }

    /// <summary>Not stored before this instant.</summary>
    [Id(6)] public DateTimeOffset? Since { get; init; }

    /// <summary>Stored before this instant.</summary>
    [Id(7)] public DateTimeOffset? Until { get; init; }

    /// <summary>Of this pair.</summary>
    [Id(8)] public PairId? Pair { get; init; }
}

/// <summary>One judgment of a list.</summary>
/// <param name="Judgment">The judgment.</param>
/// <param name="Pair">Its pair.</param>
/// <param name="IsLive">Neither superseded nor withdrawn.</param>
/// <param name="IsReported">A skip that is a report.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.judgment-item")]
public sealed record JudgmentItem(JudgmentView Judgment, PairId Pair, bool IsLive, bool IsReported);

/// <summary>Part of a shard's list.</summary>
/// <param name="Items">What was found; maybe fewer than wished although more follow.</param>
/// <param name="Next">Where to go on, or null at the end.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.shard-page")]
public sealed record ShardPage<T>(ImmutableArray<T> Items, long? Next);
