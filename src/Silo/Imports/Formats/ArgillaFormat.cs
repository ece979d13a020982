using System.Collections.Immutable;
using System.Text.Json;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>Argilla's export: fields, and for a question the lists <c>.responses</c>, <c>.responses.users</c> and <c>.responses.status</c>.</summary>
/// <remarks>What fields and question are called is the dataset's own: <c>prompt, first, second, question</c> map them. A label question's values are the fields' names, or tie.</remarks>
internal sealed class ArgillaFormat : IPreferenceFormat
{
    public string Name => "argilla";

    public ImportedRow Read(RowReader row, ImportFields fields)
    {
        var (first, second, question) = (fields.Of("first", "response-1"), fields.Of("second", "response-2"), fields.Of("question", "preference"));
        return new(row.Prompt(fields.Of("prompt", "prompt")), new(row.Answer(first), "import"), new(row.Answer(second), "import"), Verdicts(row, question, first, second));
    }

    private static ImmutableArray<ImportedVerdict> Verdicts(RowReader row, string question, string first, string second)
    {
        if (!row.Has($"{question}.responses"))
        {
            return [];
        }

        var (values, users, states) = (row.Items($"{question}.responses"), Optional(row, $"{question}.responses.users"), Optional(row, $"{question}.responses.status"));
        var verdicts = ImmutableArray.CreateBuilder<ImportedVerdict>();
        for (var i = 0; i < values.Length; i++)
        {
            // Drafts and discarded answers are no verdicts.
            if (i >= states.Length || states[i].ToString() is "submitted")
            {
                verdicts.Add(new(i < users.Length ? users[i].ToString() : $"user {i + 1}", Side(row, question, values[i], first, second)));
            }
        }

        return verdicts.ToImmutable();
    }

    private static ImmutableArray<JsonElement> Optional(RowReader row, string name) => row.Has(name) ? row.Items(name) : [];

    private static ImportedSide Side(RowReader row, string question, JsonElement value, string first, string second)
    {
        // A ranking question holds the order: the first of the list, or the entry with rank 1, is the best.
        var word = value.ValueKind is JsonValueKind.Array ? Best(value, first, second) : value.ToString();
        return word == first ? ImportedSide.First
            : word == second ? ImportedSide.Second
            : word is "tie" or "both" or "equal" ? ImportedSide.Tie
            : word is "neither" or "both_bad" or "none" ? ImportedSide.BothBad
            : throw row.Refuse($"{question}.responses", $"'{word}' is neither {first}, {second}, tie nor neither.");
    }

    private static string Best(JsonElement ranking, string first, string second)
    {
        var entries = ranking.EnumerateArray().Select((entry, i) => entry.ValueKind is JsonValueKind.Object && entry.TryGetProperty("value", out var value)
            ? (Value: value.ToString(), Rank: entry.TryGetProperty("rank", out var rank) && rank.ValueKind is JsonValueKind.Number && rank.TryGetInt32(out var given) ? given : i + 1)
            : (Value: entry.ToString(), Rank: i + 1)).Where(entry => entry.Value == first || entry.Value == second).OrderBy(entry => entry.Rank).ToArray();
        return entries is [var best, var next] && best.Rank == next.Rank ? "tie" : entries is [var only, ..] ? only.Value : "";
    }
}
