using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Generation;

namespace Orleans.Dpo.Trainer.Jobs;

/// <summary>A sampled sequence in the forms that files and measures want.</summary>
internal static class ResponseRow
{
    public static JobResponse Of(GeneratedSequence sequence, PromptRow[] prompts, string policy, SequenceEncoder encoder) => new()
    {
        PromptId = prompts[sequence.Prompt].Id,
        Policy = policy,
        Sample = sequence.Sample,
        Text = encoder.Text(sequence.Tokens),
        Finished = sequence.Finished,
        Tokens = sequence.Tokens.Length,
        LogProb = sequence.LogProb,
        Seed = sequence.Seed,
    };

    /// <summary>The sequence behind its prompt, counted from its first token. A cut-off response has no end token, and none is added.</summary>
    public static TokenRow Tokens(GeneratedSequence sequence, PromptRow[] prompts)
    {
        var prompt = prompts[sequence.Prompt].Ids;
        return new TokenRow([.. prompt, .. sequence.Tokens], prompt.Length);
    }
}
