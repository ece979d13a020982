namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>A run that imitates texts.</summary>
internal sealed record SftOptions
{
    public required TrainingOptions Training { get; init; }

    /// <summary>Start from fresh random weights; the folder then needs config and tokenizer only.</summary>
    public bool RandomStart { get; init; }

    /// <summary>Prompts count too, not completions alone.</summary>
    public bool Full { get; init; }

    /// <summary>Rows to measure on after training, or null.</summary>
    public string? ValidationRows { get; init; }
}
