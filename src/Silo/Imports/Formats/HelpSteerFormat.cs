using System.Collections.Immutable;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>HelpSteer2 and HelpSteer3 preferences: a signed strength from −3 (first much better) to 3, and what each annotator said.</summary>
internal sealed class HelpSteerFormat : IPreferenceFormat
{
    /// <summary>The published files' word for "neither is usable".</summary>
    private const int Neither = -100;

    public string Name => "helpsteer";

    public ImportedRow Read(RowReader row, ImportFields fields)
    {
        var third = row.Has("context");
        var (prompt, one, other) = third ? ("context", "response1", "response2") : ("prompt", "response_1", "response_2");
        return new(row.Prompt(prompt), new(row.Text(one), "import"), new(row.Text(other), "import"),
            third ? Verdicts(row, "individual_preference", "score", "overall_preference") : Verdicts(row, "all_preferences_unprocessed", "strength", "preference_strength"));
    }

    private static ImmutableArray<ImportedVerdict> Verdicts(RowReader row, string each, string score, string overall)
    {
        if (!row.Has(each))
        {
            return [Verdict(row, "dataset", overall)];
        }

        return [.. row.Items(each).Select((item, i) => Verdict(row.Within(item), $"annotator {i + 1}", score))];
    }

    private static ImportedVerdict Verdict(RowReader row, string judge, string score) => row.Whole(score) switch
    {
        Neither => new(judge, ImportedSide.BothBad),
        < -3 or > 3 => throw row.Refuse(score, $"{score} must be from -3 to 3, or {Neither} for neither."),
        var signed => ImportedVerdict.Signed(judge, signed),
    };
}
