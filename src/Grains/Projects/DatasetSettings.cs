using System.ComponentModel.DataAnnotations;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>How judgments become rows of a dataset version.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.dataset-settings")]
public sealed record DatasetSettings
{
    /// <summary>Aggregation by name and version.</summary>
    [Id(0)] public string Aggregation { get; init; } = "majority/1";

    /// <summary>Rows of earlier rounds drawn into a round's version, as a share of its new rows.</summary>
    [Id(1), Range(0.0, 10.0)] public double Replay { get; init; } = 0.5;

    /// <summary>A version is cut when this many counted votes came since the last one; 0: never.</summary>
    [Id(2), Range(0, 10_000_000)] public int JudgmentsTrigger { get; init; }

    /// <summary>A version is cut at these minutes (UTC), when votes came since the last one; null: never.</summary>
    [Id(3)] public string? Cron { get; init; }
}
