namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>One optimizer step to do.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Rows">Row numbers, in the order of the forward passes.</param>
/// <param name="LearningRate">Of this step.</param>
/// <param name="BeginsEpoch">True for the first step of an epoch.</param>
internal sealed record TrainingStep(int Number, int[] Rows, double LearningRate, bool BeginsEpoch);
