namespace Orleans.Dpo.Trainer.Evaluation;

/// <summary>One estimate of KL(π‖π0).</summary>
/// <param name="Name">Of the estimator.</param>
/// <param name="Meaning">What it sums over a response's positions.</param>
/// <param name="Nats">Mean over responses.</param>
/// <param name="StandardError">Of the mean, or null with a single response.</param>
internal sealed record KlEstimate(string Name, string Meaning, double Nats, double? StandardError);
