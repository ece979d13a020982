namespace Orleans.Dpo.Trainer.Cli;

/// <summary>One line of <c>logps</c>: summed log-probabilities in nats and counted tokens of both answers.</summary>
internal sealed record PairLogps(string PairId, double ChosenLogp, double RejectedLogp, int ChosenTokens, int RejectedTokens);
