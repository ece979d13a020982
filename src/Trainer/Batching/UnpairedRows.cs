using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Reads rows of KTO: <c>prompt, completion, label</c>, the label true for good answers.</summary>
/// <remarks>Rule <c>drop-too-long</c>: a row that exceeds the length limit is left out whole and counted.</remarks>
internal static class UnpairedRows
{
    public static RowSet<UnpairedRow> Read(string file, SequenceEncoder encoder, int maxLength)
    {
        var rows = new RowSpool<UnpairedRow>(RowCodecs.Unpaired);
        var (tooLong, good) = (0, 0);
        foreach (var json in JsonRow.ReadAll(file))
        {
            var prompt = json.Prompt(encoder);
            if (prompt.Ids.Length == 0)
            {
                throw json.Refuse("prompt", "it is empty and the model has no begin token, so the first token of an answer could not be predicted");
            }

            var row = new UnpairedRow(
                json.Line, json.OptionalText("pair_id") ?? $"line {json.Line}", json.OptionalText("prompt_id"), prompt.With("completion"), json.Flag("label"));
            if (row.Answer.Ids.Length > maxLength)
            {
                tooLong++;
            }
            else
            {
                rows.Add(row);
                good += row.Desirable ? 1 : 0;
            }
        }

        return good > 0 && good < rows.Count
            ? new RowSet<UnpairedRow>(rows.Finish(), tooLong)
            : throw TrainerException.BadInput($"{file} has no row with label {(good == 0 ? "true" : "false")} within {maxLength} tokens; KTO needs good and bad answers.");
    }
}
