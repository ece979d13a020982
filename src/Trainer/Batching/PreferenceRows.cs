using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Reads preference rows in TRL's form: <c>prompt, chosen, rejected</c>, the prompt text or a list of messages, the answers text or a list with one message.</summary>
/// <remarks>Rule <c>drop-too-long</c>: a row whose longer side exceeds the length limit is left out whole and counted; nothing is ever cut. Columns that act beside the texts are named by <see cref="RowFields"/>.</remarks>
internal static class PreferenceRows
{
    public static RowSet<PreferencePair> Read(string file, SequenceEncoder encoder, int maxLength, RowFields? fields = null)
    {
        fields ??= RowFields.None;
        var rows = new RowSpool<PreferencePair>(RowCodecs.Pairs);
        var (tooLong, weights) = (0, 0.0);
        foreach (var row in JsonRow.ReadAll(file))
        {
            var pair = Pair(row, encoder, fields);
            if (pair.Length > maxLength)
            {
                tooLong++;
            }
            else
            {
                rows.Add(pair);
                weights += pair.Weight;
            }
        }

        return rows.Count > 0
            ? new RowSet<PreferencePair>(fields.Weight ? OfMeanOne(rows.Finish(), weights / rows.Count) : rows.Finish(), tooLong)
            : throw TrainerException.BadInput($"{file} has no row to use: {tooLong} exceed the limit of {maxLength} tokens. Give rows or raise the limit.");
    }

    /// <summary>Weights say which rows count more than others, not how large a step is.</summary>
    private static RowView<PreferencePair, PreferencePair> OfMeanOne(IReadOnlyList<PreferencePair> rows, double mean) =>
        new(rows, row => row with { Weight = row.Weight / mean });

    private static PreferencePair Pair(JsonRow row, SequenceEncoder encoder, RowFields fields)
    {
        var prompt = row.Prompt(encoder);
        return prompt.Ids.Length == 0
            ? throw row.Refuse("prompt", "it is empty and the model has no begin token, so the first token of an answer could not be predicted")
            : new PreferencePair(row.Line, row.OptionalText("pair_id") ?? $"line {row.Line}", row.OptionalText("prompt_id"), prompt.With("chosen"), prompt.With("rejected"))
            {
                Weight = fields.Weight ? row.Number("weight", weight => weight > 0, "above 0") : 1,
                SoftLabel = fields.SoftLabel ? row.Number("p_chosen", share => share is > 0 and <= 1, "above 0 and at most 1") : 1,
                Margin = fields.Margin ? row.Number("margin", margin => margin >= 0, "0 or more") : 0,
            };
    }
}
