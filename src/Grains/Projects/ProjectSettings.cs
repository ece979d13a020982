using System.ComponentModel.DataAnnotations;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>What an operator can set. Defaults run; a value out of range is refused.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.project-settings")]
public sealed record ProjectSettings
{
    /// <summary>Title for people.</summary>
    [Id(0)] public string Title { get; init; } = "";

    /// <summary>Guideline text in Markdown; each change is a new version.</summary>
    [Id(1)] public string Guideline { get; init; } = "";

    /// <summary>Counted votes a generated or imported pair wants.</summary>
    [Id(2), Range(1, 100)] public int Overlap { get; init; } = 1;

    /// <summary>Share of prompts held out for evaluation, decided by the prompt's hash.</summary>
    [Id(3), Range(0.0, 0.9)] public double TestShare { get; init; } = 0.2;

    /// <summary>How pairs are written.</summary>
    [Id(4)] public GenerationSettings Generation { get; init; } = new();

    /// <summary>When and how rounds run.</summary>
    [Id(5)] public RoundSettings Rounds { get; init; } = new();

    /// <summary>How judgments become rows.</summary>
    [Id(6)] public DatasetSettings Datasets { get; init; } = new();

    /// <summary>Minutes a lease lives without activity.</summary>
    [Id(7), Range(1, 1440)] public int LeaseMinutes { get; init; } = 30;
}

/// <summary>How the active policy writes the next pairs.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.generation-settings")]
public sealed record GenerationSettings
{
    /// <summary>Write pairs without being asked whenever the queue runs low.</summary>
    [Id(0)] public bool Automatic { get; init; } = true;

    /// <summary>Pairs of one generation.</summary>
    [Id(1), Range(1, 1_000_000)] public int Pairs { get; init; } = 400;

    /// <summary>Responses sampled a prompt, of which two are shown.</summary>
    [Id(2), Range(2, 16)] public int Samples { get; init; } = 2;

    /// <summary>Softmax temperature; 1 is on-policy.</summary>
    [Id(3), Range(0.0, 5.0)] public double Temperature { get; init; } = 1;

    /// <summary>Nucleus share; 1 is on-policy.</summary>
    [Id(4), Range(0.01, 1.0)] public double TopP { get; init; } = 1;

    /// <summary>Upper limit of response tokens.</summary>
    [Id(5), Range(1, 32768)] public int MaxNewTokens { get; init; } = 256;

    /// <summary>Share of a generation's pairs that set the active policy against its parent on the same prompt, blind.</summary>
    [Id(6), Range(0.0, 1.0)] public double OldNewShare { get; init; }

    /// <summary>Open vote slots under which the next generation starts.</summary>
    [Id(7), Range(0, 1_000_000)] public int LowWater { get; init; } = 20;

    /// <summary>Seed of prompt choice and sampling.</summary>
    [Id(8)] public long Seed { get; init; } = 1;
}

/// <summary>How judgments become rows of a dataset version.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.dataset-settings")]
public sealed record DatasetSettings
{
    /// <summary>Aggregation by name and version.</summary>
    [Id(0)] public string Aggregation { get; init; } = "majority/1";

    /// <summary>Rows of earlier rounds drawn into a round's version, as a share of its new rows.</summary>
    [Id(1), Range(0.0, 10.0)] public double Replay { get; init; } = 0.5;
}
