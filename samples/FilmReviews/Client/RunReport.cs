using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>What a run did. Rewards are in units of their standard deviation under the start policy; intervals are 95 %, by a bootstrap over prompts.</summary>
internal sealed record RunReport
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public required string Project { get; init; }

    public required ulong Seed { get; init; }

    public required int Annotators { get; init; }

    /// <summary>Share of the votes on training pairs that were turned round.</summary>
    public required double Flip { get; init; }

    /// <summary>What the reward is.</summary>
    public required string Reward { get; init; }

    /// <summary>The unit of rewards below: their deviation under the start policy.</summary>
    public double RewardUnit { get; set; } = 1;

    public StartReport? Start { get; set; }

    public List<RoundReport> Rounds { get; } = [];

    public double Seconds { get; set; }

    public static double Rounded(double value) => Math.Round(value, 4);

    public static double[] Rounded(double[] values) => [.. values.Select(Rounded)];

    public string ToJson() => JsonSerializer.Serialize(this, s_json);
}

/// <summary>The start policy.</summary>
internal sealed record StartReport(string PolicyId, double MeanReward, double[] MeanRewardCi, int Responses);
