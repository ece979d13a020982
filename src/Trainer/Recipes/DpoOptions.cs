namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>A run that learns from pairs.</summary>
internal sealed record DpoOptions
{
    public required TrainingOptions Training { get; init; }

    /// <summary>Folder of the frozen reference; may be the start's own.</summary>
    public required string Reference { get; init; }

    /// <summary>Policy hash the start must have, or null when nothing was declared.</summary>
    public string? StartHash { get; init; }

    /// <summary>Policy hash the reference must have, or null when nothing was declared.</summary>
    public string? ReferenceHash { get; init; }

    public string Loss { get; init; } = "sigmoid";

    public double Beta { get; init; } = 0.1;

    public double LabelSmoothing { get; init; }

    /// <summary>Text file of prompt ids that must not be trained on, or null.</summary>
    public string? HeldOutPromptIds { get; init; }
}
