using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Where a tag may go. A protected one stays where it is, so that what it names can be cited; only an administrator overrides.</summary>
internal static class TagRules
{
    /// <summary>Null when the tag may be set so.</summary>
    public static Refusal? Check(TagMove? now, TagChange change) => now is { Protected: true } && (change.Version != now.Version || change.Protect is false) ? Held(now, change.Override) : null;

    /// <summary>Null when the tag may go.</summary>
    public static Refusal? CheckRemoval(TagMove now, bool overrides) => now.Protected ? Held(now, overrides) : null;

    /// <summary>The move, or null when all is as wished.</summary>
    public static TagMove? Next(TagMove? now, TagChange change)
    {
        var next = new TagMove(change.Tag, change.Version, change.Protect ?? now?.Protected ?? false);
        return next == now ? null : next;
    }

    /// <summary>The event of a move.</summary>
    public static ProjectEvent EventOf(int number, TagMove? now, TagMove next)
    {
        var body = (now?.Protected ?? false) == next.Protected ? EventBody.Of(("tag", next.Tag), ("version", next.Version)) : EventBody.Of(("tag", next.Tag), ("version", next.Version), ("protected", next.Protected));
        return new("dataset.tagged", number.ToString(CultureInfo.InvariantCulture), body);
    }

    /// <summary>The event of a removal.</summary>
    public static ProjectEvent RemovalOf(int number, TagMove now) => new("dataset.untagged", number.ToString(CultureInfo.InvariantCulture), EventBody.Of(("tag", now.Tag), ("version", now.Version)));

    private static Refusal? Held(TagMove now, bool overrides) =>
        overrides ? null : new(RefusalCodes.TagProtected, $"The tag '{now.Tag}' on v{now.Version} is protected; an administrator can override it.");
}
