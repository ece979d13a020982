namespace Orleans.Dpo.Trainer.Evaluation;

/// <summary>One response under the policy that wrote it and under the start policy.</summary>
/// <param name="Divergence">Exact KL(π‖π0) over the full vocabulary, summed over the response's positions; nats.</param>
/// <param name="LogProb">Σ log π.</param>
/// <param name="StartLogProb">Σ log π0.</param>
/// <param name="LeastStartLogProb">The smallest log π0 of a single token.</param>
internal readonly record struct ResponseMeasures(double Divergence, double LogProb, double StartLogProb, double LeastStartLogProb);
