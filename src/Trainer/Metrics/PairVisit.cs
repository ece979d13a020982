using System.Text.Json.Serialization;

namespace Orleans.Dpo.Trainer.Metrics;

/// <summary>One line of <c>pairs.jsonl</c>: what the policy made of a pair when a step met it, before that step's update.</summary>
/// <param name="Step">Number of the step, from 1.</param>
/// <param name="Line">The pair's line in the row file.</param>
/// <param name="Pair">Its id, or its line number where the file has none.</param>
/// <param name="Margin">Chosen reward minus rejected reward.</param>
/// <param name="Chosen">Reward of the chosen answer.</param>
/// <param name="ChosenLogp">Σ log π of the chosen answer; nats.</param>
/// <param name="RejectedLogp">The same of the rejected answer.</param>
internal sealed record PairVisit(
    [property: JsonPropertyName("step")] int Step,
    [property: JsonPropertyName("line")] int Line,
    [property: JsonPropertyName("pair")] string Pair,
    [property: JsonPropertyName("margin")] float Margin,
    [property: JsonPropertyName("chosen")] float Chosen,
    [property: JsonPropertyName("logp_chosen")] float ChosenLogp,
    [property: JsonPropertyName("logp_rejected")] float RejectedLogp);
