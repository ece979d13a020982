using System.ComponentModel.DataAnnotations;

namespace Orleans.Dpo.Grains.Projects;

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
