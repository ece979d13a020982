namespace Orleans.Dpo.Trainer.Batching;

/// <summary>One training pair as token ids; both sequences begin with the same prompt.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="PairId">Its id, or its line number where the file has none.</param>
/// <param name="PromptId">Id of its prompt, or null.</param>
/// <param name="Chosen">The preferred answer behind its prompt.</param>
/// <param name="Rejected">The other answer behind its prompt.</param>
internal sealed record PreferencePair(int Line, string PairId, string? PromptId, TokenRow Chosen, TokenRow Rejected) : ITrainingRow
{
    /// <summary>How much it counts; 1 where weights do not act, and 1 on average where they do.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Probability that the chosen answer is the better one; 1 where soft labels do not act.</summary>
    public double SoftLabel { get; init; } = 1;

    /// <summary>How far apart the answers are; 0 where margins do not act.</summary>
    public double Margin { get; init; }

    string ITrainingRow.RowId => PairId;

    public int Length => Math.Max(Chosen.Ids.Length, Rejected.Ids.Length);

    public string Name => $"Pair {PairId} (line {Line})";

    public IEnumerable<(string Side, TokenRow Row)> Answers => [("chosen", Chosen), ("rejected", Rejected)];
}
