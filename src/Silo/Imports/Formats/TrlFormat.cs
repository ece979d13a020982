using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>TRL's preference rows: <c>prompt, chosen, rejected</c>, or <c>chosen, rejected</c> as whole conversations or texts with a common begin.</summary>
internal sealed class TrlFormat : IPreferenceFormat
{
    public string Name => "trl";

    public ImportedRow Read(RowReader row, ImportFields fields)
    {
        if (row.Has("label") || row.Has("completion"))
        {
            throw row.Refuse("completion", "this is an unpaired row (KTO); only pairs can be imported.");
        }

        var (prompt, chosen, rejected) = row.Has("prompt")
            ? (row.Prompt("prompt"), Answer(row, "chosen"), Answer(row, "rejected"))
            : row.Member("chosen").ValueKind is System.Text.Json.JsonValueKind.String
                ? Texts(row, row.Text("chosen"), row.Text("rejected"))
                : Conversations.Split(row, ("chosen", row.Conversation("chosen")), ("rejected", row.Conversation("rejected")));
        return new(prompt, new(chosen, row.OptionalText("chosen_model") ?? "import"), new(rejected, row.OptionalText("rejected_model") ?? "import"), [Verdict(row)]);
    }

    // TRL's implicit prompt of texts: what both begin with; a space before the first difference belongs to the answers.
    private static (PromptContent Prompt, string Chosen, string Rejected) Texts(RowReader row, string chosen, string rejected)
    {
        var same = chosen.AsSpan().CommonPrefixLength(rejected);
        same -= same > 0 && (chosen[same - 1] is ' ' || char.IsHighSurrogate(chosen[same - 1])) ? 1 : 0;
        return same == 0 ? throw row.Refuse("prompt", "there is no prompt, and chosen and rejected do not begin with the same text.")
            : same == chosen.Length || same == rejected.Length ? throw row.Refuse("rejected", "one of chosen and rejected is the begin of the other, so one answer is empty.")
            : (new() { Text = chosen[..same] }, chosen[same..], rejected[same..]);
    }

    // Explicit prompts come with the answer alone, or (UltraFeedback's shape) with the whole conversation behind a text.
    private static string Answer(RowReader row, string name) =>
        row.Member(name).ValueKind is System.Text.Json.JsonValueKind.Array && row.Conversation(name) is [{ Role: "user" }, { Role: "assistant", Content.Length: > 0 } answer]
            ? answer.Content
            : row.Answer(name);

    private static ImportedVerdict Verdict(RowReader row) =>
        row.Has("score_chosen") && row.Has("score_rejected") && row.Number("score_chosen") == row.Number("score_rejected")
            ? new("dataset", ImportedSide.Tie)
            : new("dataset", ImportedSide.First);
}
