namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>What a run of the loop is asked to do.</summary>
internal sealed record RunOptions
{
    /// <summary>Below this many judgments a round, one cannot claim that a policy is better: the gate checks guards only.</summary>
    public const int FewJudgments = 200;

    public string Project { get; init; } = "film-reviews";

    /// <summary>Folder of the first policy; needed when the project has none.</summary>
    public string? Model { get; init; }

    /// <summary>JSON lines with <c>prompt</c>; null draws from the grammar.</summary>
    public FileInfo? Prompts { get; init; }

    public int Annotators { get; init; } = 8;

    public int Rounds { get; init; } = 3;

    /// <summary>Counted votes a round.</summary>
    public int Judgments { get; init; } = 384;

    public ulong Seed { get; init; } = 1;

    /// <summary>Share of verdicts turned round.</summary>
    public double Flip { get; init; }

    /// <summary>Held-out prompts on which candidate and opponent meet.</summary>
    public int GatePrompts { get; init; } = 256;

    /// <summary>Pause between two looks at a round or generation.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(500);

    public bool IsStrict => Judgments >= FewJudgments;
}
