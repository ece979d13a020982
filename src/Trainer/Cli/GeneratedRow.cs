using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Generation;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary>One line of <c>generate</c>.</summary>
/// <param name="PromptId">Id of the prompt, or its line.</param>
/// <param name="Prompt">The prompt as given.</param>
/// <param name="Response">The text without the end token.</param>
/// <param name="Finished">False when the token limit cut it off.</param>
/// <param name="Tokens">Response tokens, the end token included.</param>
/// <param name="Logprob">Σ log π at temperature 1 over the full vocabulary; nats.</param>
/// <param name="Seed">Key of its random stream.</param>
/// <param name="Sample">Number of the sample, from 0.</param>
internal sealed record GeneratedRow(string PromptId, string Prompt, string Response, bool Finished, int Tokens, double Logprob, long Seed, int Sample)
{
    public static GeneratedRow Of(GeneratedSequence sequence, PromptRow prompt, SequenceEncoder encoder) => new(
        prompt.Id, prompt.Text, encoder.Text(sequence.Tokens), sequence.Finished, sequence.Tokens.Length, sequence.LogProb, sequence.Seed, sequence.Sample);
}
