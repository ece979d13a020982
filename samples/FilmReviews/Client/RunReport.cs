using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>What a run did, for people and for checks.</summary>
internal sealed record RunReport
{
    public required string Project { get; init; }

    public required ulong Seed { get; init; }

    public required int Annotators { get; init; }

    public required double Flip { get; init; }

    public required string Start { get; init; }

    public List<RoundReport> Rounds { get; } = [];

    public double Seconds { get; set; }
}

/// <summary>One round of a run.</summary>
internal sealed record RoundReport
{
    public required string Round { get; init; }

    public required string Generation { get; init; }

    /// <summary>Pairs that the generation made.</summary>
    public required int Pairs { get; init; }

    /// <summary>Votes for the round's dataset.</summary>
    public required Tally Votes { get; init; }

    /// <summary>Votes on old against new.</summary>
    public required Tally HeadToHead { get; init; }

    /// <summary>Promoted, rejected, … as the server says.</summary>
    public required string State { get; init; }

    public required string Reason { get; init; }

    public string? Candidate { get; init; }

    /// <summary>The candidate's hidden reward on held-out prompts, and π0's on the same ones.</summary>
    public SampleScore? Reward { get; init; }

    public SampleScore? StartReward { get; init; }

    /// <summary>By hidden reward, against π0.</summary>
    public double? TrueWinRate { get; init; }

    public double GenerateSeconds { get; init; }

    public double JudgeSeconds { get; init; }

    public double RoundSeconds { get; init; }

    /// <summary>The server's own account: training facts, guards, gate.</summary>
    public required JsonElement Server { get; init; }
}
