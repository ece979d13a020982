using System.Text.Json.Serialization;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>One line of <c>out/metrics.jsonl</c>; names on the wire are TRL's.</summary>
public sealed record JobMetrics
{
    /// <summary>Optimizer steps done.</summary>
    [JsonPropertyName("step")] public required int Step { get; init; }

    /// <summary>Optimizer steps in all.</summary>
    [JsonPropertyName("steps")] public required int Steps { get; init; }

    /// <summary>Epochs done, fractional.</summary>
    [JsonPropertyName("epoch")] public double Epoch { get; init; }

    /// <summary>Mean loss of the step.</summary>
    [JsonPropertyName("loss")] public required double Loss { get; init; }

    /// <summary>Mean β·(log π − log π_ref) of chosen responses.</summary>
    [JsonPropertyName("rewards/chosen")] public double? RewardsChosen { get; init; }

    /// <summary>The same of rejected responses.</summary>
    [JsonPropertyName("rewards/rejected")] public double? RewardsRejected { get; init; }

    /// <summary>Mean difference of the two.</summary>
    [JsonPropertyName("rewards/margins")] public double? RewardsMargins { get; init; }

    /// <summary>Share of pairs with a positive margin.</summary>
    [JsonPropertyName("rewards/accuracies")] public double? RewardsAccuracies { get; init; }

    /// <summary>Mean Σ log π of chosen responses.</summary>
    [JsonPropertyName("logps/chosen")] public double? LogpsChosen { get; init; }

    /// <summary>Mean Σ log π of rejected responses.</summary>
    [JsonPropertyName("logps/rejected")] public double? LogpsRejected { get; init; }

    /// <summary>KTO only: the estimated divergence from the reference that rewards are measured against; nats.</summary>
    [JsonPropertyName("kl")] public double? Kl { get; init; }

    /// <summary>Learning rate of the step.</summary>
    [JsonPropertyName("learning_rate")] public double LearningRate { get; init; }

    /// <summary>Gradient norm before clipping.</summary>
    [JsonPropertyName("grad_norm")] public double GradNorm { get; init; }

    /// <summary>Tokens processed so far, padding excluded.</summary>
    [JsonPropertyName("num_tokens")] public long NumTokens { get; init; }

    /// <summary>Tokens a second over the step, padding excluded.</summary>
    [JsonPropertyName("tokens_per_second")] public double TokensPerSecond { get; init; }

    /// <summary>Seconds since the run began.</summary>
    [JsonPropertyName("seconds")] public double Seconds { get; init; }

    /// <summary>Rows that the means of this line are over: pairs, or counted tokens where the loss is a mean over tokens. Means over several lines weigh by it.</summary>
    [JsonPropertyName("rows")] public double? Rows { get; init; }

    /// <summary>Arithmetic that the step's tokens need, divided by what matrix products of the same device did when the run began; an estimate (docs/formats/metrics.md).</summary>
    [JsonPropertyName("mfu")] public double? Mfu { get; init; }

    /// <summary>Seconds that the rest of the run takes at the pace so far.</summary>
    [JsonPropertyName("seconds_left")] public double? SecondsLeft { get; init; }

    /// <summary>One sentence about a step that taught nothing, naming its rows; absent otherwise.</summary>
    [JsonPropertyName("notice")] public string? Notice { get; init; }
}
