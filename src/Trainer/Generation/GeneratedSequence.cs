namespace Orleans.Dpo.Trainer.Generation;

/// <summary>One sampled response as token ids.</summary>
/// <param name="Prompt">Number of its prompt in the request.</param>
/// <param name="Sample">Number of the sample for that prompt, from 0.</param>
/// <param name="Tokens">Response tokens, the end token included when there is one.</param>
/// <param name="Finished">False when the token limit cut it off.</param>
/// <param name="LogProb">Σ log π(token) at temperature 1 over the full vocabulary, whatever was sampled from; nats.</param>
/// <param name="Seed">Key of its random stream.</param>
internal sealed record GeneratedSequence(int Prompt, int Sample, int[] Tokens, bool Finished, double LogProb, long Seed);
