using System.Collections.Immutable;
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

    /// <summary>Most counted votes of a generated or imported pair; as many as it wants, unless <see cref="AssignmentSettings.MinOverlap"/> says fewer.</summary>
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

    /// <summary>Who judges what, how often, and how annotators are checked.</summary>
    [Id(8)] public AssignmentSettings Assignment { get; init; } = new();

    /// <summary>Judgments of annotators of kind <c>model</c> fill slots and enter majorities as people's do. Off: they are leased beside the slots and kept apart.</summary>
    [Id(9)] public bool MachineVotes { get; init; }

    /// <summary>Aspects to compare responses on besides the verdict; shown when there are any.</summary>
    [Id(10)] public ImmutableArray<AspectSetting> Aspects { get; init; } = [];

    /// <summary>Reasons to tick; shown when there are any, and then no others are taken with a verdict.</summary>
    [Id(11)] public ImmutableArray<ReasonSetting> Reasons { get; init; } = [];
}
