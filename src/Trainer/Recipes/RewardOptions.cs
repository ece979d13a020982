namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>A run that learns what an answer is worth.</summary>
internal sealed record RewardOptions
{
    public required TrainingOptions Training { get; init; }

    /// <summary>Rows have margins, which the rewards of their answers should differ by.</summary>
    public bool Margins { get; init; }

    /// <summary>Rows to measure on after training, or null.</summary>
    public string? ValidationRows { get; init; }

    /// <summary>Text file of prompt ids that must not be trained on, or null.</summary>
    public string? HeldOutPromptIds { get; init; }
}
