using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Reads rows to imitate: <c>text</c>, of which every token counts, or <c>prompt, completion</c>, of which the completion counts, or the prompt too when all is asked for.</summary>
/// <remarks>Rule <c>drop-too-long</c>: a row that exceeds the length limit is left out whole and counted.</remarks>
internal static class SftRows
{
    public static RowSet<TokenRow> Read(string file, SequenceEncoder encoder, int maxLength, bool full = false)
    {
        var rows = new RowSpool<TokenRow>(RowCodecs.Tokens);
        var tooLong = 0;
        foreach (var json in JsonRow.ReadAll(file))
        {
            var row = json.Has("text") ? Whole(json, encoder) : Completion(json, encoder, full);
            if (row.Ids.Length > maxLength)
            {
                tooLong++;
            }
            else
            {
                rows.Add(row);
            }
        }

        return rows.Count > 0
            ? new RowSet<TokenRow>(rows.Finish(), tooLong)
            : throw TrainerException.BadInput($"{file} has no row to use: {tooLong} exceed the limit of {maxLength} tokens. Give rows or raise the limit.");
    }

    private static TokenRow Whole(JsonRow json, SequenceEncoder encoder)
    {
        var begin = encoder.Prompt("");
        var text = encoder.Response(json.Text("text")) ?? throw json.Refuse("text", "an end token stands inside; remove it from the text");
        int[] ids = text[0] == begin.FirstOrDefault(-1) ? text : [.. begin, .. text];
        return ids.Length > 1
            ? new TokenRow(ids, Math.Max(1, begin.Length))
            : throw json.Refuse("text", "it is empty");
    }

    private static TokenRow Completion(JsonRow json, SequenceEncoder encoder, bool full)
    {
        var prompt = json.Prompt(encoder);
        if (prompt.Ids.Length == 0)
        {
            throw json.Refuse("prompt", "it is empty and the model has no begin token, so the first token could not be predicted");
        }

        var row = prompt.With("completion");
        return full ? row with { ResponseStart = Math.Max(1, encoder.Prompt("").Length) } : row;
    }
}
