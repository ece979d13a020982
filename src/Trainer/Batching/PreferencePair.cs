namespace Orleans.Dpo.Trainer.Batching;

/// <summary>One training pair as token ids; both sequences begin with the same prompt.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="PairId">Its id, or its line number where the file has none.</param>
/// <param name="PromptId">Id of its prompt, or null.</param>
/// <param name="Chosen">The preferred answer behind its prompt.</param>
/// <param name="Rejected">The other answer behind its prompt.</param>
internal sealed record PreferencePair(int Line, string PairId, string? PromptId, TokenRow Chosen, TokenRow Rejected)
{
    public int Length => Math.Max(Chosen.Ids.Length, Rejected.Ids.Length);
}
