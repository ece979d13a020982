using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>What a job does: <c>train</c> a candidate, <c>evaluate</c> policies on held-out prompts, or <c>generate</c> responses.</summary>
public enum JobKind
{
    /// <summary>Preference training of one candidate policy.</summary>
    Train,

    /// <summary>Sampling and guard measures on held-out prompts.</summary>
    Evaluate,

    /// <summary>Sampling of responses to be paired.</summary>
    Generate,
}

/// <summary>The order a worker gives its child process: <c>job.json</c> in the attempt's folder. Paths are relative to that folder.</summary>
/// <remarks>Described byte for byte in docs/formats/jobs.md; golden files in tests/golden/job-*.json are read by both sides.</remarks>
public sealed record JobSpec
{
    /// <summary>Version of this format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The project's slug.</summary>
    public required string Project { get; init; }

    /// <summary>The job's name within the project: a round (<c>r4</c>) or a generation (<c>g7</c>).</summary>
    public required string Job { get; init; }

    /// <summary>What to do; exactly the member of the same name is set.</summary>
    public required JobKind Kind { get; init; }

    /// <summary>The claim's number, rising with every attempt. A result of an older epoch is refused.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Threads for tensor work; 0 means one less than the machine's cores, at least 1. Bit-exact resume holds for one thread count.</summary>
    public int Threads { get; init; }

    /// <summary>Seed of data order and sampling.</summary>
    public long Seed { get; init; }

    /// <summary>The files under <c>inputs/</c> and what they must hash to.</summary>
    public ImmutableArray<JobInput> Inputs { get; init; } = [];

    /// <summary>Set when <see cref="Kind"/> is <see cref="JobKind.Train"/>.</summary>
    public JobTrain? Train { get; init; }

    /// <summary>Set when <see cref="Kind"/> is <see cref="JobKind.Evaluate"/>.</summary>
    public JobEvaluate? Evaluate { get; init; }

    /// <summary>Set when <see cref="Kind"/> is <see cref="JobKind.Generate"/>.</summary>
    public JobGenerate? Generate { get; init; }
}

/// <summary>One input file.</summary>
/// <param name="Path">Relative to the attempt's folder, always below <c>inputs/</c>.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Length in bytes.</param>
public sealed record JobInput(string Path, string Sha256, long Bytes);

/// <summary>A policy given as a Hugging Face folder.</summary>
/// <param name="Id">The policy's name in its project, such as <c>p3</c>.</param>
/// <param name="Folder">Relative folder, such as <c>inputs/policies/p3</c>.</param>
/// <param name="Hash">The policy hash it must have (docs/formats/policies.md).</param>
public sealed record JobPolicy(string Id, string Folder, string Hash);

/// <summary>Sampling settings. On-policy means temperature 1 and top-p 1.</summary>
/// <param name="Temperature">Softmax temperature, 0 for greedy.</param>
/// <param name="TopP">Nucleus share in (0, 1]; 1 keeps every token.</param>
/// <param name="MaxNewTokens">Upper limit of response tokens, the end token included.</param>
public sealed record JobSampling(double Temperature, double TopP, int MaxNewTokens);
