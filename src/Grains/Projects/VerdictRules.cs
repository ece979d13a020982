using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>What a project's settings say of aspects and reasons.</summary>
public static class VerdictRules
{
    private const int MostAspects = 8;
    private const int MostReasons = 20;

    /// <summary>Null when the settings can be shown and stored.</summary>
    public static Refusal? Check(ProjectSettings settings)
    {
        var slugs = settings.Aspects.Select(aspect => aspect.Slug).ToArray();
        var reasons = settings.Reasons.Select(reason => reason.Slug).ToArray();
        return slugs.Length > MostAspects || reasons.Length > MostReasons ? Bad($"there are at most {MostAspects} aspects and {MostReasons} reasons.")
            : slugs.Distinct().Count() < slugs.Length || reasons.Distinct().Count() < reasons.Length ? Bad("a slug is used twice.")
            : slugs.Concat(reasons).FirstOrDefault(slug => !IsSlug(slug)) is { } slug ? Bad($"'{slug}' is not a slug of at most 40 lower-case letters, digits and hyphens.")
            : settings.Aspects.FirstOrDefault(aspect => aspect.Scale is < 1 or > 3) is { } wide ? Bad($"the scale of {wide.Slug} is {wide.Scale}; it is 1, 2 or 3.")
            : settings.Aspects.Select(aspect => aspect.Title).Concat(settings.Reasons.Select(reason => reason.Title)).Any(title => title is not { Length: > 0 and <= 80 }) ? Bad("a title has 1 to 80 characters.")
            : null;
    }

    /// <summary>Null when a judgment's aspects and reasons are the project's. Reasons are free where the project names none; those of skips and reports always are.</summary>
    public static Refusal? Check(ProjectSettings settings, ShownChoice choice, ImmutableArray<AspectRating> aspects, ImmutableArray<string> reasons)
    {
        var verdict = choice is ShownChoice.Left or ShownChoice.Right or ShownChoice.Tie or ShownChoice.BothBad or ShownChoice.Ranked;
        if (aspects.Length > 0 && !verdict)
        {
            return new(RefusalCodes.BadVerdict, "Aspects go with a verdict.");
        }

        foreach (var (slug, value) in aspects)
        {
            if (settings.Aspects.FirstOrDefault(aspect => aspect.Slug == slug) is not { } known)
            {
                return new(RefusalCodes.BadVerdict, $"The project has no aspect '{slug}'.");
            }

            if (Math.Abs((long)value) > known.Scale)
            {
                return new(RefusalCodes.BadVerdict, $"{slug} is {value}; it is from -{known.Scale} to {known.Scale}.");
            }
        }

        return verdict && settings.Reasons.Length > 0 && reasons.FirstOrDefault(reason => settings.Reasons.All(known => known.Slug != reason)) is { } other
            ? new(RefusalCodes.BadVerdict, $"The project has no reason '{other}'.")
            : null;
    }

    private static Refusal Bad(string why) => new(RefusalCodes.BadRequest, $"aspects and reasons: {why}");

    private static bool IsSlug(string? text) => text is { Length: > 0 and <= 40 } && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
