namespace Orleans.Dpo.Trainer.Batching;

/// <summary>A row with answers to be told apart by a policy, as far as checks before training need to know it.</summary>
internal interface ITrainingRow
{
    /// <summary>Its line in the file, from 1.</summary>
    int Line { get; }

    /// <summary>Its id, or its line number where the file has none.</summary>
    string RowId { get; }

    /// <summary>Tokens of its longest sequence.</summary>
    int Length { get; }

    /// <summary>The row in words: what it is, its id, its line.</summary>
    string Name { get; }

    string? PromptId { get; }

    /// <summary>The answers and what each is called.</summary>
    IEnumerable<(string Side, TokenRow Row)> Answers { get; }
}
