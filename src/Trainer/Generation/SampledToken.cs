namespace Orleans.Dpo.Trainer.Generation;

/// <summary>A chosen token and its log-probability at temperature 1 over the full vocabulary.</summary>
internal readonly record struct SampledToken(int Id, double LogProb);
