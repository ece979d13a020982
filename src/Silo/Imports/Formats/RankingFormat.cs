using System.Collections.Immutable;
using System.Text.Json;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>Rankings of two to eight answers, best first: <c>{prompt, ranked: [answer or [tied answers], …], judge?}</c>. Each two answers become a pair with the ranking's verdict.</summary>
/// <remarks>All k·(k−1)/2 pairs are kept, not neighbours alone: their votes are one judge's and agree with each other, so an estimate that takes them as independent is too sure (docs/how-to-import.md).</remarks>
internal sealed class RankingFormat : IPreferenceFormat
{
    private const int MaxAnswers = 8;

    public string Name => "ranking";

    public ImportedRow Read(RowReader row, ImportFields fields) => ReadAll(row, fields)[0];

    public ImmutableArray<ImportedRow> ReadAll(RowReader row, ImportFields fields)
    {
        var whole = ReadWhole(row);
        var answers = whole.Answers;
        var pairs = from first in Enumerable.Range(0, answers.Length)
                    from second in Enumerable.Range(first + 1, answers.Length - first - 1)
                    let side = answers[first].Place == answers[second].Place ? ImportedSide.Tie : ImportedSide.First
                    select new ImportedRow(whole.Prompt, answers[first].Answer, answers[second].Answer, [new(whole.Judge, side) { At = whole.At }]);
        return [.. pairs];
    }

    /// <summary>A row as one order.</summary>
    public static ImportedRanking ReadWhole(RowReader row)
    {
        var prompt = row.Prompt("prompt");
        var judge = row.OptionalText("judge") ?? "dataset";
        var answers = row.Items("ranked").SelectMany((place, rank) => place.ValueKind is JsonValueKind.Array
            ? place.EnumerateArray().Select(tied => (Place: rank, Answer: Answer(row, tied)))
            : [(Place: rank, Answer: Answer(row, place))]).ToImmutableArray();
        if (answers.Length is < 2 or > MaxAnswers)
        {
            throw row.Refuse("ranked", $"ranked must hold from 2 to {MaxAnswers} answers; this one holds {answers.Length}.");
        }

        return new(prompt, answers, judge, row.Time("at"));
    }

    private static ImportedResponse Answer(RowReader row, JsonElement answer) => answer.ValueKind switch
    {
        JsonValueKind.String when answer.GetString() is { Length: > 0 } text => new(text, "import"),
        JsonValueKind.Object => new(row.Within(answer).Text("text"), row.Within(answer).OptionalText("source") ?? "import"),
        _ => throw row.Refuse("ranked", "each answer of ranked is a text that is not empty, or {text, source}."),
    };
}
