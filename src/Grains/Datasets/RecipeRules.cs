using System.Globalization;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Which recipes can be asked for. A value out of range is refused, never adjusted.</summary>
public static class RecipeRules
{
    private const int MostNames = 10_000;

    /// <summary>Null when the options go together.</summary>
    public static Refusal? Check(string aggregation, double? replay, RecipeOptions options)
    {
        var fault =
            !Aggregators.Names.Contains(aggregation) ? $"aggregation is '{aggregation}'; known are {string.Join(", ", Aggregators.Names)}."
            : replay is < 0 or > 10 or double.NaN ? "replay is from 0 to 10."
            : Word("labels", options.Labels, "hard", "soft") ?? Word("ties", options.Ties, "count", "ignore", "half") ?? Word("both_bad", options.BothBad, "count", "ignore")
            ?? Word("weights", options.Weights, "none", "strength", "confidence") ?? Word("rankings", options.Rankings, "none", "adjacent", "all")
            ?? (options.Threshold is 0 ? null : Range("threshold", options.Threshold, 0.5, 1)) ?? Range("min_strength", options.MinStrength, 0, 3)
            ?? Range("min_agreement", options.MinAgreement, 0, 1) ?? Range("min_votes", options.MinVotes, 0, 100) ?? Range("per_prompt", options.PerPrompt, 0, 1_000_000)
            ?? (options.MinReliability is { } least ? Range("min_reliability", least, -5, 5) : null) ?? (options.MinPosterior is { } posterior ? Range("min_posterior", posterior, 0.5, 1) : null)
            ?? Together(replay, options) ?? Rankings(aggregation, options) ?? Names(options) ?? Labels(options) ?? Voters(options);
        return fault is null ? null : new(RefusalCodes.BadRequest, fault);
    }

    private static string? Together(double? replay, RecipeOptions options) =>
        options is { Ties: "half", Labels: not "soft" } ? "ties is 'half', which needs labels 'soft': a hard label cannot be a half."
        : options is { Ties: "half", Threshold: > 0.5 } ? "ties is 'half' and threshold is above 0.5: no row of the one passes the other."
        : !options.ReplayOf.IsEmpty && replay is not > 0 ? "replay_of names versions, and replay, their share, is not set."
        : null;

    private static string? Rankings(string aggregation, RecipeOptions options) =>
        options.Rankings is "none" || (!Aggregators.Find(aggregation).NeedsPosteriors && options.MinReliability is null && options.MinPosterior is null) ? null
        : "rankings makes pairs of orders, whose votes hang together; the joint model would take them as independent. Use a majority, no min_reliability and no min_posterior.";

    private static string? Names(RecipeOptions options) =>
        options.Prompts.FirstOrDefault(prompt => !PromptId.TryParse(prompt, out _)) is { } prompt ? $"prompts holds '{prompt}', which is no prompt id."
        : options.Prompts.Length > MostNames || options.Origins.Length > MostNames || options.Sources.Length > MostNames || options.Annotators.Length + options.ExcludeAnnotators.Length > MostNames ? $"A list of the recipe has more than {MostNames} entries."
        : options.Origins.Concat(options.Sources).Concat(options.ExcludeOrigins).Concat(options.SourcesAny).Concat(options.ExcludeSources).Any(string.IsNullOrWhiteSpace) ? "A list of origins or sources holds an empty name."
        : null;

    private static string? Labels(RecipeOptions options) =>
        options.Languages.FirstOrDefault(range => range is not "*" && !PromptLabels.IsLang(range)) is { } range ? $"languages holds '{range}', which is no language tag such as de or pt-BR (BCP 47)."
        : options.TagsAny.Concat(options.TagsAll).Concat(options.TagsNone).FirstOrDefault(tag => !PromptLabels.IsTag(tag)) is { } wrong ? $"tags_any, tags_all or tags_none holds '{wrong}', which is no tag."
        : options.TagsNone.Intersect(options.TagsAny.Concat(options.TagsAll)).FirstOrDefault() is { } both ? $"The tag '{both}' is both asked for and kept out."
        : null;

    private static string? Voters(RecipeOptions options) =>
        options.Annotators.Concat(options.ExcludeAnnotators).FirstOrDefault(name => name.Length is not 18 || !name.StartsWith("a_", StringComparison.Ordinal) || !name[2..].All(char.IsAsciiHexDigitLower)) is { } name
            ? $"annotators or exclude_annotators holds '{name}', which is no annotator's name in datasets: a_ and 16 digits."
        : options.Annotators.Intersect(options.ExcludeAnnotators).FirstOrDefault() is { } both ? $"{both} is both in annotators and in exclude_annotators."
        : options.AnnotatorKinds.Select(kind => Word("annotator_kinds", kind, "person", "model")).FirstOrDefault(fault => fault is not null) is { } fault ? fault
        : new[] { options.VotesFrom, options.VotesBefore }.Any(time => time is { } at && at.Ticks % TimeSpan.TicksPerMicrosecond != 0) ? "votes_from and votes_before are in whole microseconds."
        : options.VotesFrom >= options.VotesBefore ? "votes_from must be before votes_before."
        : null;

    private static string? Word(string name, string value, params string[] known) =>
        known.Contains(value) ? null : $"{name} is '{value}'; known are {string.Join(", ", known)}.";

    private static string? Range(string name, double value, double low, double high) =>
        value >= low && value <= high ? null : string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be from {low} to {high}.");
}
