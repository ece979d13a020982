using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Reads rows of KTO: <c>prompt, completion, label</c>, the label true for good answers.</summary>
/// <remarks>Rule <c>drop-too-long</c>: a row that exceeds the length limit is left out whole and counted.</remarks>
internal static class UnpairedRows
{
    public static RowSet<UnpairedRow> Read(string file, SequenceEncoder encoder, int maxLength)
    {
        var rows = new List<UnpairedRow>();
        var tooLong = 0;
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
            }
        }

        foreach (var kind in new[] { true, false })
        {
            if (!rows.Any(row => row.Desirable == kind))
            {
                throw TrainerException.BadInput($"{file} has no row with label {(kind ? "true" : "false")} within {maxLength} tokens; KTO needs good and bad answers.");
            }
        }

        return new RowSet<UnpairedRow>([.. rows], tooLong);
    }

    /// <summary>Each row's prompt with the answer of the next row in the file that has another prompt: sequences that nobody wrote, to estimate the divergence by.</summary>
    public static TokenRow[] Mismatched(IReadOnlyList<UnpairedRow> rows)
    {
        static ReadOnlySpan<int> Prompt(UnpairedRow row) => row.Answer.Ids.AsSpan(0, row.Answer.ResponseStart);

        var mismatched = new TokenRow[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var own = Prompt(rows[i]);
            var step = 1;
            while (step < rows.Count && own.SequenceEqual(Prompt(rows[(i + step) % rows.Count])))
            {
                step++;
            }

            var other = rows[(i + step) % rows.Count].Answer;
            mismatched[i] = step < rows.Count
                ? new TokenRow([.. own, .. other.Ids.AsSpan(other.ResponseStart)], own.Length)
                : throw TrainerException.BadInput("All rows have the same prompt; KTO compares with answers to other prompts, so give rows of at least two.");
        }

        return mismatched;
    }
}
