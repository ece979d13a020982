namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>One round of a run. What is measured on the candidate is null when the round has none.</summary>
internal sealed record RoundReport
{
    public required int Round { get; init; }

    /// <summary>Its name on the server.</summary>
    public required string Name { get; init; }

    /// <summary>The candidate.</summary>
    public string? PolicyId { get; init; }

    public string? DatasetVersion { get; init; }

    /// <summary>Counted votes on the pairs written for this round.</summary>
    public required int Judgments { get; init; }

    /// <summary>Rows trained on, replayed ones included.</summary>
    public required int Pairs { get; init; }

    /// <summary>SHA-256 over the rows trained on, as JSON lines of prompt, chosen and rejected: equal for two runs of one seed.</summary>
    public string? RowsSha256 { get; init; }

    public double? MeanReward { get; init; }

    public double[]? MeanRewardCi { get; init; }

    /// <summary>By the reward, on the same prompts and random numbers.</summary>
    public double? WinRateVsStart { get; init; }

    public double[]? WinRateCi { get; init; }

    /// <summary>Nats a response.</summary>
    public double? KlToStart { get; init; }

    /// <summary>From the plan of its pairs to its end, by the server's clock.</summary>
    public required double Seconds { get; init; }

    public required bool Promoted { get; init; }

    public required string Reason { get; init; }

    /// <summary>Promoted, rejected, … as the server says.</summary>
    public required string State { get; init; }

    /// <summary>The policy it started from.</summary>
    public string? Parent { get; init; }

    /// <summary>Share of decided votes of this process for the text with the higher reward; null when they were given before.</summary>
    public double? Agreement { get; init; }

    /// <summary>Of the panel's honest votes, old against new.</summary>
    public double? GateWinRateVsStart { get; init; }

    public double? GateWinRateVsParent { get; init; }

    /// <summary>Grammar, length and variety of the candidate's responses; null for own prompts.</summary>
    public TextStatistics? Texts { get; init; }

    /// <summary>Finished: decided by the gate, either way.</summary>
    public bool IsFinished() => State is "promoted" or "rejected";
}
