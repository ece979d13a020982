namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What a run of reward training gave.</summary>
/// <param name="Policy">Folder of the reward model.</param>
/// <param name="PolicyHash">Hash of the folder.</param>
/// <param name="Rows">Rows used.</param>
/// <param name="RowsTooLong">Rows left out for length.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Loss">Mean loss over the last epoch.</param>
/// <param name="Accuracy">Share of training rows whose best answer got more than the worst, last epoch.</param>
/// <param name="ValidationAccuracy">The same share of the validation rows after training, or null.</param>
internal sealed record RewardOutcome(string Policy, string PolicyHash, int Rows, int RowsTooLong, int Steps, double Loss, double Accuracy, double? ValidationAccuracy);
