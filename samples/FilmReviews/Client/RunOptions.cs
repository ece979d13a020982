namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>What a run of the loop is asked to do.</summary>
internal sealed record RunOptions
{
    /// <summary>Below this many judgments a round, one cannot claim that a policy is better: the gate checks guards only.</summary>
    public const int FewJudgments = 200;

    /// <summary>Held-out prompts below which the strict gate refuses to decide.</summary>
    public const int FewGatePrompts = 200;

    /// <summary>The project; everything of a run is found again under this name, so the same run started again goes on.</summary>
    public string Project { get; init; } = "film-reviews";

    /// <summary>Folder of the first policy; needed when the project has none.</summary>
    public string? Model { get; init; }

    /// <summary>JSON lines with <c>prompt</c>; null draws from the grammar.</summary>
    public FileInfo? Prompts { get; init; }

    /// <summary>Tokens that the model can hold, prompt and response; counts with own prompts.</summary>
    public int Positions { get; init; } = 128;

    public int Annotators { get; init; } = 8;

    public int Rounds { get; init; } = 3;

    /// <summary>Votes a round: as many pairs are written, one vote each.</summary>
    public int Judgments { get; init; } = 384;

    public ulong Seed { get; init; } = 1;

    /// <summary>Share of the votes on training pairs turned round; votes on old against new stay honest.</summary>
    public double Flip { get; init; }

    /// <summary>Held-out prompts on which candidate and opponent meet.</summary>
    public int GatePrompts { get; init; } = 256;

    /// <summary>Share of prompts held out.</summary>
    public double TestShare { get; init; } = .2;

    /// <summary>Pause between two looks at a round or generation.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The grammar's reward is right for the grammar's prompts only.</summary>
    public Taste Taste => Prompts is null ? Taste.FilmReviews : Taste.Variety;

    public bool IsStrict => Judgments >= FewJudgments && GatePrompts >= FewGatePrompts;

    /// <summary>Own prompts may be few: more of them are held out, and without 200 of those the gate checks guards only.</summary>
    public RunOptions ForPrompts(int count)
    {
        var share = Math.Clamp(1.15 * GatePrompts / Math.Max(1, count), .2, .5);
        return this with { TestShare = Math.Round(share, 2), GatePrompts = Math.Clamp((int)(share * count * .9), 1, GatePrompts) };
    }
}
