using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>What a job leaves in <c>out/result.json</c>. A failed or cancelled job leaves <see cref="Failure"/> and nothing else.</summary>
public sealed record JobResult
{
    /// <summary>Version of this format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The epoch of the attempt that wrote it.</summary>
    public required int Epoch { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Threads used.</summary>
    public int Threads { get; init; }

    /// <summary>Set by a train job.</summary>
    public JobTrainResult? Train { get; init; }

    /// <summary>Set by an evaluate job, one entry a policy.</summary>
    public ImmutableArray<JobPolicyMeasures>? Evaluate { get; init; }

    /// <summary>Set by a generate job.</summary>
    public JobGenerateResult? Generate { get; init; }

    /// <summary>Why there is no result.</summary>
    public JobFailure? Failure { get; init; }
}

/// <summary>Why a job ended without a result.</summary>
/// <param name="Code">Stable code: <c>bad-input</c>, <c>step-0</c>, <c>diverged</c>, <c>cancelled</c>, <c>out-of-memory</c>, <c>error</c>.</param>
/// <param name="Detail">One sentence for the operator.</param>
public sealed record JobFailure(string Code, string Detail);

/// <summary>Facts of a finished training run.</summary>
public sealed record JobTrainResult
{
    /// <summary>Policy hash of <c>out/policy</c>.</summary>
    public required string PolicyHash { get; init; }

    /// <summary>Rows read.</summary>
    public int Rows { get; init; }

    /// <summary>Rows left out because prompt and response exceed the length limit.</summary>
    public int RowsTooLong { get; init; }

    /// <summary>Optimizer steps.</summary>
    public int Steps { get; init; }

    /// <summary>Step the attempt resumed from; 0 when it started afresh.</summary>
    public int ResumedFrom { get; init; }

    /// <summary>Loss of the first batch before any update.</summary>
    public double StepZeroLoss { get; init; }

    /// <summary>The step-0 check in words, such as <c>start = reference: rewards 0, loss ln 2</c>.</summary>
    public string StepZeroCheck { get; init; } = "";

    /// <summary>Mean loss, reward accuracy and margin over the last epoch.</summary>
    public double Loss { get; init; }

    /// <summary>Share of training pairs with a positive margin, last epoch.</summary>
    public double Accuracy { get; init; }

    /// <summary>Mean reward margin, last epoch.</summary>
    public double Margin { get; init; }
}

/// <summary>The guards of one policy on the held-out prompts.</summary>
public sealed record JobPolicyMeasures
{
    /// <summary>The policy.</summary>
    public required string Policy { get; init; }

    /// <summary>Its policy hash.</summary>
    public required string Hash { get; init; }

    /// <summary>Relative path of its responses, one <see cref="JobResponse"/> a line.</summary>
    public required string Responses { get; init; }

    /// <summary>Exact full-vocabulary KL(π‖π0) a position, summed over the response, averaged over responses sampled from π; nats.</summary>
    public double KlToStart { get; init; }

    /// <summary>Mean response tokens, the end token included.</summary>
    public double MeanTokens { get; init; }

    /// <summary>Share of responses that ended with an end token.</summary>
    public double Finished { get; init; }

    /// <summary>Distinct word bigrams divided by all word bigrams of all responses.</summary>
    public double Distinct2 { get; init; }

    /// <summary>Share of responses with a token that π0 gives a log-probability below the limit.</summary>
    public double OddRate { get; init; }

    /// <summary>Mean log π(y) − log π0(y) on held-out chosen responses, or null without held-out pairs; nats.</summary>
    public double? ChosenLogpShift { get; init; }

    /// <summary>Share of held-out pairs with positive implicit margin, or null without held-out pairs.</summary>
    public double? PairAccuracy { get; init; }
}

/// <summary>Facts of a finished generation.</summary>
/// <param name="Responses">Lines in <c>out/responses.jsonl</c>.</param>
/// <param name="Tokens">Response tokens in all.</param>
public sealed record JobGenerateResult(int Responses, long Tokens);

/// <summary>One sampled response.</summary>
public sealed record JobResponse
{
    /// <summary>The prompt it answers.</summary>
    public required string PromptId { get; init; }

    /// <summary>The policy that wrote it.</summary>
    public required string Policy { get; init; }

    /// <summary>Number of the sample for its prompt, from 0.</summary>
    public required int Sample { get; init; }

    /// <summary>The text without the end token.</summary>
    public required string Text { get; init; }

    /// <summary>False when the token limit cut it off.</summary>
    public required bool Finished { get; init; }

    /// <summary>Response tokens, the end token included.</summary>
    public required int Tokens { get; init; }

    /// <summary>Σ log π(token) under the policy that wrote it, at temperature 1 over the full vocabulary; nats.</summary>
    public required double LogProb { get; init; }

    /// <summary>The same under the reference, when one was given.</summary>
    public double? ReferenceLogProb { get; init; }

    /// <summary>Seed of this response's own random stream.</summary>
    public required long Seed { get; init; }
}
