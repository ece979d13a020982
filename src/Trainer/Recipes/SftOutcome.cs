namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What a run of imitation gave.</summary>
/// <param name="Policy">Its folder.</param>
/// <param name="PolicyHash">Hash of the folder.</param>
/// <param name="Rows">Rows used.</param>
/// <param name="RowsTooLong">Rows left out for length.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Loss">Nats a token over the last epoch.</param>
/// <param name="ValidationLoss">Nats a token on validation rows, or null.</param>
internal sealed record SftOutcome(string Policy, string PolicyHash, int Rows, int RowsTooLong, int Steps, double Loss, double? ValidationLoss);
