namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>Chatbot Arena logs: two models' conversations and a winner.</summary>
internal sealed class ArenaFormat : IPreferenceFormat
{
    public string Name => "arena";

    public ImportedRow Read(RowReader row, ImportFields fields)
    {
        var (prompt, first, second) = Conversations.Split(row, ("conversation_a", row.Conversation("conversation_a")), ("conversation_b", row.Conversation("conversation_b")));
        var side = row.Text("winner") switch
        {
            "model_a" => ImportedSide.First,
            "model_b" => ImportedSide.Second,
            "tie" => ImportedSide.Tie,
            "tie (bothbad)" or "both_bad" => ImportedSide.BothBad,
            var other => throw row.Refuse("winner", $"winner '{other}' is none of model_a, model_b, tie, tie (bothbad), both_bad."),
        };
        var judge = row.OptionalText("judge") ?? row.OptionalText("judge_hash") ?? row.OptionalText("evaluation_session_id") ?? "dataset";
        return new(prompt, new(first, row.Text("model_a")), new(second, row.Text("model_b")), [new(judge, side) { At = row.Time("tstamp") ?? row.Time("timestamp") }]);
    }
}
