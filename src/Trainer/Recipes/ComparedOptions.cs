using Orleans.Dpo.Trainer.References;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>A run whose policy is compared with a reference, whatever its rows are.</summary>
internal abstract record ComparedOptions
{
    public required TrainingOptions Training { get; init; }

    /// <summary>Folder of the frozen reference, or null for the start policy.</summary>
    public string? Reference { get; init; }

    /// <summary>How the reference's values are had.</summary>
    public ReferenceOptions ReferenceValues { get; init; } = new();

    /// <summary>Policy hash the start must have, or null when nothing was declared.</summary>
    public string? StartHash { get; init; }

    /// <summary>Policy hash the reference must have, or null when nothing was declared.</summary>
    public string? ReferenceHash { get; init; }

    /// <summary>Text file of prompt ids that must not be trained on, or null.</summary>
    public string? HeldOutPromptIds { get; init; }

    /// <summary>What tells this run from others beside its training options and its reference. A member that does not act is left out.</summary>
    public abstract IEnumerable<(string Name, string Value)> Identity();
}
