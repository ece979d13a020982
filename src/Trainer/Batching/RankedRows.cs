using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Reads rankings: <c>prompt, ranked</c>, the list of answers from best to worst.</summary>
/// <remarks>Rule <c>drop-too-long</c>: a ranking whose longest answer exceeds the length limit is left out whole and counted.</remarks>
internal static class RankedRows
{
    /// <summary>Whether the first row of a file is a ranking.</summary>
    public static bool Are(string file) => JsonRow.ReadAll(file).FirstOrDefault() is { } row && row.Has("ranked");

    public static RowSet<RankedRow> Read(string file, SequenceEncoder encoder, int maxLength)
    {
        var rows = new RowSpool<RankedRow>(RowCodecs.Rankings);
        var tooLong = 0;
        foreach (var json in JsonRow.ReadAll(file))
        {
            var row = Ranking(json, encoder);
            if (row.Length > maxLength)
            {
                tooLong++;
            }
            else
            {
                rows.Add(row);
            }
        }

        return rows.Count > 0
            ? new RowSet<RankedRow>(rows.Finish(), tooLong)
            : throw TrainerException.BadInput($"{file} has no row to use: {tooLong} exceed the limit of {maxLength} tokens. Give rows or raise the limit.");
    }

    private static RankedRow Ranking(JsonRow json, SequenceEncoder encoder)
    {
        var prompt = json.Prompt(encoder);
        return prompt.Ids.Length == 0
            ? throw json.Refuse("prompt", "it is empty and the model has no begin token, so the first token of an answer could not be predicted")
            : new RankedRow(json.Line, json.OptionalText("pair_id") ?? $"line {json.Line}", json.OptionalText("prompt_id"), [.. prompt.WithEach("ranked")]);
    }
}
