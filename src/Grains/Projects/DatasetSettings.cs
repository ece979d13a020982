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

    /// <summary>Licence of the datasets: an SPDX identifier such as <c>CC-BY-4.0</c>, or an address; empty: not stated.</summary>
    [Id(4)] public string License { get; init; } = "";

    /// <summary>How the datasets are to be cited, as text or BibTeX; empty: not stated.</summary>
    [Id(5)] public string Citation { get; init; } = "";

    /// <summary>Who made the datasets: names of people or organisations; empty: not stated.</summary>
    [Id(6)] public System.Collections.Immutable.ImmutableArray<string> Creators { get; init; } = [];
}
