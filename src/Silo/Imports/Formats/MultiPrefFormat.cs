namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>MultiPref: two normal and two expert annotations a comparison, on a scale of five words.</summary>
internal sealed class MultiPrefFormat : IPreferenceFormat
{
    public string Name => "multipref";

    public ImportedRow Read(RowReader row, ImportFields fields)
    {
        string[] groups = ["normal_worker_annotations", "expert_worker_annotations"];
        return new(row.Prompt("text"), new(row.Text("completion_a"), row.Text("model_a")), new(row.Text("completion_b"), row.Text("model_b")),
            [.. groups.Where(row.Has).SelectMany(group => row.Items(group)).Select(item => Verdict(row.Within(item)))]);
    }

    private static ImportedVerdict Verdict(RowReader said)
    {
        var (side, strength) = said.Text("overall_pref").ToLowerInvariant() switch
        {
            "a-is-clearly-better" => (ImportedSide.First, 2),
            "a-is-slightly-better" => (ImportedSide.First, 1),
            "tie" => (ImportedSide.Tie, 0),
            "b-is-slightly-better" => (ImportedSide.Second, 1),
            "b-is-clearly-better" => (ImportedSide.Second, 2),
            var other => throw said.Refuse("overall_pref", $"overall_pref '{other}' is none of the five words, such as A-is-clearly-better."),
        };
        return new(said.Text("evaluator"), side, strength == 0 ? null : strength)
        {
            Milliseconds = said.Has("time_spent") ? (long)(said.Number("time_spent") * 1000) : 0,
            At = said.Time("timestamp"),
        };
    }
}
