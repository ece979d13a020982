namespace Orleans.Dpo.Trainer.Batching;

/// <summary>A prompt to be answered.</summary>
/// <param name="Id">Its id, or its line number where the file has none.</param>
/// <param name="Text">As given; a conversation as its template spells it.</param>
/// <param name="Ids">As tokens, with the begin token where the model has one.</param>
internal sealed record PromptRow(string Id, string Text, int[] Ids)
{
    /// <summary>Reads JSON lines <c>prompt_id?, prompt</c>.</summary>
    public static PromptRow[] ReadAll(string file, SequenceEncoder encoder) => [.. JsonRow.ReadAll(file).Select(row =>
    {
        var prompt = row.Prompt(encoder);
        return prompt.Ids.Length > 0
            ? new PromptRow(row.OptionalText("prompt_id") ?? $"line {row.Line}", prompt.Text, prompt.Ids)
            : throw row.Refuse("prompt", "it is empty and the model has no begin token, so there is nothing to continue");
    })];
}
