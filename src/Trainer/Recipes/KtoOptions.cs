using System.Collections.Immutable;
using Orleans.Dpo.Trainer.References;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>A run that learns from answers that are good or bad, each on its own.</summary>
internal sealed record KtoOptions
{
    public required TrainingOptions Training { get; init; }

    /// <summary>Folder of the frozen reference, or null for the start policy.</summary>
    public string? Reference { get; init; }

    /// <summary>How the reference's values are had.</summary>
    public ReferenceOptions ReferenceValues { get; init; } = new();

    /// <summary>Numbers of the loss, by option name: beta, desirable-weight, undesirable-weight.</summary>
    public ImmutableSortedDictionary<string, double> LossNumbers { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>Text file of prompt ids that must not be trained on, or null.</summary>
    public string? HeldOutPromptIds { get; init; }
}
