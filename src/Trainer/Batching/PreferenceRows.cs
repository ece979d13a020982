using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Reads preference rows in TRL's form: <c>prompt, chosen, rejected</c>, the prompt text or a list of messages, the answers text or a list with one message.</summary>
/// <remarks>Rule <c>drop-too-long</c>: a row whose longer side exceeds the length limit is left out whole and counted; nothing is ever cut.</remarks>
internal static class PreferenceRows
{
    public static RowSet<PreferencePair> Read(string file, SequenceEncoder encoder, int maxLength)
    {
        var rows = new List<PreferencePair>();
        var tooLong = 0;
        foreach (var row in JsonRow.ReadAll(file))
        {
            var pair = Pair(row, encoder);
            if (pair.Length > maxLength)
            {
                tooLong++;
            }
            else
            {
                rows.Add(pair);
            }
        }

        return rows.Count > 0
            ? new RowSet<PreferencePair>([.. rows], tooLong)
            : throw TrainerException.BadInput($"{file} has no row to use: {tooLong} exceed the limit of {maxLength} tokens. Give rows or raise the limit.");
    }

    private static PreferencePair Pair(JsonRow row, SequenceEncoder encoder)
    {
        var prompt = row.Prompt(encoder);
        return prompt.Ids.Length == 0
            ? throw row.Refuse("prompt", "it is empty and the model has no begin token, so the first token of an answer could not be predicted")
            : new PreferencePair(row.Line, row.OptionalText("pair_id") ?? $"line {row.Line}", row.OptionalText("prompt_id"), prompt.With("chosen"), prompt.With("rejected"));
    }
}
