namespace Orleans.Dpo.Trainer.Optimization;

/// <summary>Constants of AdamW (arXiv:1711.05101, Algorithm 2). Decay acts on matrices only, never on norm weights.</summary>
internal sealed record AdamWSettings(double Beta1, double Beta2, double WeightDecay, double Epsilon = 1e-8);
