using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Trainer.Generation;

/// <summary>What to sample.</summary>
internal sealed record GenerationRequest
{
    /// <summary>Prompts as token ids, none empty.</summary>
    public required IReadOnlyList<int[]> Prompts { get; init; }

    public required int SamplesPerPrompt { get; init; }

    public required JobSampling Sampling { get; init; }

    /// <summary>Tokens at most of a response to each prompt, at most <see cref="JobSampling.MaxNewTokens"/>; null: that for all.</summary>
    public IReadOnlyList<int>? Limits { get; init; }

    /// <summary>Tokens that end a response.</summary>
    public required IReadOnlySet<int> Ends { get; init; }

    /// <summary>Sequences decoded together.</summary>
    public required int BatchSize { get; init; }

    /// <summary>With prompt and sample number it makes the random stream of a response, so batch composition changes nothing.</summary>
    public required long Seed { get; init; }
}
