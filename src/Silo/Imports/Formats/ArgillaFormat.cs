using System.Collections.Immutable;
using System.Text.Json;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>Argilla's export: fields, and for a question the lists <c>.responses</c>, <c>.responses.users</c> and <c>.responses.status</c>; or records with <c>fields</c> and <c>responses</c>.</summary>
/// <remarks>What fields and question are called is the dataset's own: <c>prompt, first, second, question</c> map them. A label question's values are the fields' names, or tie.</remarks>
internal sealed class ArgillaFormat : IPreferenceFormat
{
    public string Name => "argilla";

    public ImportedRow Read(RowReader row, ImportFields fields)
    {
        var (first, second, question) = (fields.Of("first", "response-1"), fields.Of("second", "response-2"), fields.Of("question", "preference"));
        var texts = row.Has("fields") && row.Member("fields").ValueKind is JsonValueKind.Object ? row.Within(row.Member("fields")) : row;
        var said = row.Has("responses") ? Nested(row, question) : Flat(row, question);

        // Drafts and discarded answers are no verdicts.
        return new(texts.Prompt(fields.Of("prompt", "prompt")), new(texts.Answer(first), "import"), new(texts.Answer(second), "import"),
            [.. said.Where(answer => answer.State is null or "submitted").Select((answer, i) => new ImportedVerdict(answer.User ?? $"user {i + 1}", Side(row, question, answer.Value, first, second)))]);
    }

    private static IEnumerable<(JsonElement Value, string? User, string? State)> Flat(RowReader row, string question)
    {
        var (values, users, states) = (Optional(row, $"{question}.responses"), Optional(row, $"{question}.responses.users"), Optional(row, $"{question}.responses.status"));
        return values.Select((value, i) => (value, i < users.Length ? users[i].ToString() : null, i < states.Length ? states[i].ToString() : null));
    }

    // A record as the client keeps it: by question, or (before version 2) by person with the answers to all questions.
    private static IEnumerable<(JsonElement Value, string? User, string? State)> Nested(RowReader row, string question) => row.Member("responses").ValueKind is JsonValueKind.Array
        ? row.Items("responses").Select(row.Within).Where(person => person.Within(person.Member("values")).Has(question))
            .Select(person => (person.Within(person.Within(person.Member("values")).Member(question)).Member("value"), person.OptionalText("user_id"), person.OptionalText("status")))
        : Optional(row.Within(row.Member("responses")), question).Select(row.Within).Select(answer => (answer.Member("value"), answer.OptionalText("user_id"), answer.OptionalText("status")));

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
