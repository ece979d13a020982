namespace Orleans.Dpo.Trainer.Batching;

/// <summary>One answer that somebody called good or bad.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="RowId">Its id, or its line number where the file has none.</param>
/// <param name="PromptId">Id of its prompt, or null.</param>
/// <param name="Answer">The answer behind its prompt.</param>
/// <param name="Desirable">Whether it is good.</param>
internal sealed record UnpairedRow(int Line, string RowId, string? PromptId, TokenRow Answer, bool Desirable) : ITrainingRow
{
    public int Length => Answer.Ids.Length;

    public string Name => $"Row {RowId} (line {Line})";

    public IEnumerable<(string Side, TokenRow Row)> Answers => [("completion", Answer)];
}
