using System.Collections.Immutable;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>Label Studio's JSON export of Pairwise tasks: <c>data</c> with the texts, one annotation a person. Its members map by <c>prompt, first, second</c>.</summary>
internal sealed class LabelStudioFormat : IPreferenceFormat
{
    public string Name => "label-studio";

    public ImportedRow Read(RowReader row, ImportFields fields)
    {
        var task = row.Within(row.Member("data"));
        var verdicts = row.Has("annotations") ? row.Items("annotations").Select(item => Verdict(row.Within(item))).OfType<ImportedVerdict>() : [];
        return new(task.Prompt(fields.Of("prompt", "prompt")), new(task.Answer(fields.Of("first", "left")), "import"), new(task.Answer(fields.Of("second", "right")), "import"), [.. verdicts]);
    }

    private static ImportedVerdict? Verdict(RowReader annotation)
    {
        if (annotation.Has("was_cancelled") && annotation.Member("was_cancelled").ValueKind is System.Text.Json.JsonValueKind.True)
        {
            return null;
        }

        var pairwise = annotation.Items("result").Select(annotation.Within).Where(result => result.OptionalText("type") is "pairwise").ToImmutableArray();
        if (pairwise.Length != 1)
        {
            throw annotation.Refuse("annotations", $"an annotation must have one pairwise result; this one has {pairwise.Length}.");
        }

        var value = annotation.Within(pairwise[0].Member("value"));
        var side = value.Text("selected") switch
        {
            "left" => ImportedSide.First,
            "right" => ImportedSide.Second,
            "none" => ImportedSide.Tie,
            var other => throw annotation.Refuse("selected", $"selected '{other}' is neither left, right nor none."),
        };
        return new(Judge(annotation), side)
        {
            Milliseconds = annotation.Has("lead_time") ? (long)(annotation.Number("lead_time") * 1000) : 0,
            At = annotation.Time("created_at"),
        };
    }

    private static string Judge(RowReader annotation) => !annotation.Has("completed_by") ? "dataset"
        : annotation.Member("completed_by") is { ValueKind: System.Text.Json.JsonValueKind.Object } person
            ? annotation.Within(person).OptionalText("email") ?? annotation.Within(person).OptionalText("id") ?? "dataset"
            : annotation.OptionalText("completed_by")!;
}
