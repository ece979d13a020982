using System.Collections.Immutable;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>UltraFeedback. Binarized: a text prompt, conversations that repeat it, and two scores. Raw: an instruction and completions with fine-grained scores, each two of which are a pair. Equal scores are a tie.</summary>
internal sealed class UltraFeedbackFormat : IPreferenceFormat
{
    private const int MostCompletions = 8;

    public string Name => "ultrafeedback";

    public ImportedRow Read(RowReader row, ImportFields fields)
    {
        var (prompt, chosen, rejected) = Conversations.Split(row, ("chosen", row.Conversation("chosen")), ("rejected", row.Conversation("rejected")));
        return new(prompt, new(chosen, "import"), new(rejected, "import"), [Verdict(row.Number("score_chosen"), row.Number("score_rejected"))]);
    }

    public ImmutableArray<ImportedRow> ReadAll(RowReader row, ImportFields fields)
    {
        if (!row.Has("completions"))
        {
            return [Read(row, fields)];
        }

        var items = row.Items("completions");
        if (items.Length is < 2 or > MostCompletions)
        {
            throw row.Refuse("completions", $"a comparison has 2 to {MostCompletions} completions; this one has {items.Length}.");
        }

        var prompt = new PromptContent { Messages = [new("user", row.Text("instruction"))] };
        var answers = items.Select(item => Answer(row.Within(item))).ToArray();
        return
        [
            .. from one in Enumerable.Range(0, answers.Length)
               from other in Enumerable.Range(one + 1, answers.Length - one - 1)
               select new ImportedRow(prompt, answers[one].Response, answers[other].Response, [Verdict(answers[one].Score, answers[other].Score)]),
        ];
    }

    // The overall score of the raw file has known errors; the mean over the four aspects stands where there is one.
    private static (ImportedResponse Response, double Score) Answer(RowReader completion) =>
        (new(completion.Text("response"), completion.OptionalText("model") ?? "import"), completion.Number(completion.Has("fine-grained_score") ? "fine-grained_score" : "overall_score"));

    private static ImportedVerdict Verdict(double one, double other) =>
        one == other ? new("dataset", ImportedSide.Tie) : new("dataset", one > other ? ImportedSide.First : ImportedSide.Second);
}
