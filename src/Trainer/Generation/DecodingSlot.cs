using Orleans.Dpo.Trainer.Randomness;

namespace Orleans.Dpo.Trainer.Generation;

/// <summary>A sequence on its way: what was sampled so far.</summary>
internal sealed class DecodingSlot(int prompt, int sample, CounterRandom random)
{
    public int Prompt => prompt;

    public List<int> Tokens { get; } = [];

    public double LogProb { get; private set; }

    /// <summary>The stream to draw the next token from, and its number.</summary>
    public (CounterRandom Random, int Position) Stream => (random, Tokens.Count);

    public void Add(SampledToken token)
    {
        Tokens.Add(token.Id);
        LogProb += token.LogProb;
    }

    public GeneratedSequence Close(bool finished) => new(prompt, sample, [.. Tokens], finished, LogProb, (long)random.Key);
}
