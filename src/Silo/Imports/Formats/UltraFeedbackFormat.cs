namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>UltraFeedback, binarized: a text prompt, conversations that repeat it, and two scores; equal scores are a tie.</summary>
internal sealed class UltraFeedbackFormat : IPreferenceFormat
{
    public string Name => "ultrafeedback";

    public ImportedRow Read(RowReader row, ImportFields fields)
    {
        if (row.Has("completions"))
        {
            throw row.Refuse("completions", "these are the raw rows with several completions; import the binarized file, or rankings.");
        }

        var (prompt, chosen, rejected) = Conversations.Split(row, ("chosen", row.Conversation("chosen")), ("rejected", row.Conversation("rejected")));
        var (one, other) = (row.Number("score_chosen"), row.Number("score_rejected"));
        return new(prompt, new(chosen, "import"), new(rejected, "import"),
            [one == other ? new("dataset", ImportedSide.Tie) : new("dataset", one > other ? ImportedSide.First : ImportedSide.Second)]);
    }
}
