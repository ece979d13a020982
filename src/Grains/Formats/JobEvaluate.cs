using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>Samples every policy on the same held-out prompts with common random numbers and measures the gate's guards against π0.</summary>
public sealed record JobEvaluate
{
    /// <summary>The start policy π0, the anchor of KL, length ratio and odd rate.</summary>
    public required JobPolicy Start { get; init; }

    /// <summary>The policies to sample; π0 is among them when its own responses are wanted.</summary>
    public required ImmutableArray<JobPolicy> Policies { get; init; }

    /// <summary>JSON lines <c>prompt_id, prompt</c> (text or messages).</summary>
    public required string Prompts { get; init; }

    /// <summary>Responses a prompt.</summary>
    public int SamplesPerPrompt { get; init; } = 2;

    /// <summary>Sampling settings, the project's own.</summary>
    public required JobSampling Sampling { get; init; }

    /// <summary>Sequences generated together.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>JSON lines of held-out pairs (<c>pair_id, prompt, chosen, rejected</c>) for pair accuracy and chosen log-probability, or null.</summary>
    public string? HeldOutPairs { get; init; }

    /// <summary>A response is odd when π0 gives one of its tokens a log-probability below this (nats).</summary>
    public double OddLogProbability { get; init; } = -7;
}

/// <summary>Samples responses: <c>out/responses.jsonl</c> with one <see cref="JobResponse"/> a line.</summary>
public sealed record JobGenerate
{
    /// <summary>What to sample: each part one policy on one prompt file.</summary>
    public required ImmutableArray<JobGeneratePart> Parts { get; init; }

    /// <summary>When set, each response also gets its log-probability under this policy (implicit rewards).</summary>
    public JobPolicy? Reference { get; init; }

    /// <summary>Sampling settings, the project's own.</summary>
    public required JobSampling Sampling { get; init; }

    /// <summary>Sequences generated together.</summary>
    public int BatchSize { get; init; } = 64;
}

/// <summary>One policy on one prompt file.</summary>
/// <param name="Policy">The policy that writes.</param>
/// <param name="Prompts">JSON lines <c>prompt_id, prompt</c>.</param>
/// <param name="SamplesPerPrompt">Responses a prompt.</param>
public sealed record JobGeneratePart(JobPolicy Policy, string Prompts, int SamplesPerPrompt);
