using System.Collections.Immutable;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>Every format that preference data is imported from, by name.</summary>
internal static class PreferenceFormats
{
    public static ImmutableArray<IPreferenceFormat> All { get; } =
    [
        new TrlFormat(), new HhRlhfFormat(), new UltraFeedbackFormat(), new HelpSteerFormat(), new MultiPrefFormat(), new ArenaFormat(), new ArgillaFormat(), new LabelStudioFormat(), new RankingFormat(),
    ];

    public static IPreferenceFormat? Find(string? name) => All.FirstOrDefault(format => format.Name == name);

    public static string Names => string.Join(", ", All.Select(format => format.Name));
}
