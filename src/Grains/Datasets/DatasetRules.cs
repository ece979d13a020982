using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Decisions about versions: what a cut fixes, how names resolve.</summary>
public static class DatasetRules
{
    /// <summary>A new version at the given positions, or why not.</summary>
    /// <param name="request">The wish.</param>
    /// <param name="number">Its number.</param>
    /// <param name="project">The project.</param>
    /// <param name="shards">Where the shards stand.</param>
    /// <param name="own">Where the project's own shard stands.</param>
    /// <param name="find">A version by name.</param>
    /// <param name="now">The time.</param>
    public static Outcome<VersionView> Cut(
        CutRequest request, int number, ProjectView project, ImmutableArray<ShardStatus> shards, LedgerPosition own, Func<string, VersionView?> find, DateTimeOffset now)
    {
        var options = request.Options ?? new();
        var aggregation = request.Aggregation ?? project.Settings.Datasets.Aggregation;
        if (RecipeRules.Check(aggregation, request.Replay, options) is { } fault)
        {
            return fault;
        }

        ImmutableArray<RecipePosition> current = [.. shards.Select((shard, i) => new RecipePosition(i.ToString(CultureInfo.InvariantCulture), shard.Seq, shard.Head)), new("_project", own.Seq, own.Hash)];
        if (request.Positions is { } wanted && WrongPosition(wanted, current) is { } wrong)
        {
            return wrong;
        }

        var names = request.Since is { } begin ? options.ReplayOf.Add(NumberedName.Of('v', begin)) : options.ReplayOf;
        if (names.FirstOrDefault(name => find(name) is null) is { } unknown)
        {
            return new Refusal(RefusalCodes.UnknownVersion, $"There is no version '{unknown}' to begin after or to replay.");
        }

        var since = request.Since is { } after ? Recipe.Parse(find(NumberedName.Of('v', after))!.Recipe).Positions : [];
        var recipe = new Recipe
        {
            Project = project.Id.Value,
            Positions = request.Positions ?? current,
            Since = request.Replay is null ? [] : since,
            Aggregation = aggregation,
            Replay = request.Replay,
            Seed = request.Seed ?? project.Settings.Generation.Seed,
            Options = options,
            Tables = 2,
            ReplayWindows = [.. options.ReplayOf.Select(name => Window(find(name)!))],
        };
        return new VersionView
        {
            Version = number,
            State = VersionState.Building,
            Created = Microseconds(now),
            Recipe = recipe.Canonical(),
            Reason = request.Reason,
            Round = request.Round,
            CountedVotes = shards.Sum(shard => shard.CountedVotes),
        };
    }

    /// <summary>The version once deleted, or why it stays.</summary>
    public static Outcome<VersionView> Delete(VersionView version, ImmutableArray<TagMove> tags, string reason, DateTimeOffset now) =>
        version.State is VersionState.Deleted ? version
        : version.State is VersionState.Building ? new Refusal(RefusalCodes.WrongState, $"v{version.Version} is being built.")
        : tags.FirstOrDefault(tag => tag.Protected) is { } held ? new Refusal(RefusalCodes.TagProtected, $"v{version.Version} is under the protected tag '{held.Tag}'.")
        : !tags.IsEmpty ? new Refusal(RefusalCodes.WrongState, $"v{version.Version} is tagged {string.Join(", ", tags.Select(tag => tag.Tag))}; take the tags away first.")
        : reason.Length is < 1 or > 500 ? new Refusal(RefusalCodes.BadRequest, "A deletion needs a reason of 1 to 500 characters.")
        : version with { State = VersionState.Deleted, Tombstone = new(reason, Microseconds(now)) };

    /// <summary>The version after its build; itself when it was published before.</summary>
    public static VersionView Published(VersionView version, VersionFacts? facts, Refusal? failure) => version.State is not VersionState.Building
        ? version
        : version with { State = facts is null ? VersionState.Failed : VersionState.Published, Facts = facts, Failure = facts is null ? failure : null };

    /// <summary>The event of a change.</summary>
    public static ProjectEvent EventOf(VersionView version)
    {
        var name = NumberedName.Of('v', version.Version);
        return version.State switch
        {
            VersionState.Building => new("dataset.cut", name, EventBody.Of(
                ("version", version.Version), ("recipe_sha256", ContentHash.Hex(version.Recipe)), ("round", version.Round), ("reason", version.Reason),
                ("created", version.Created.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture)))),
            VersionState.Deleted => new("dataset.deleted", name, EventBody.Of(("version", version.Version), ("identity", version.Facts?.Identity))),
            VersionState.Published => new("dataset.published", name, EventBody.Of(
                ("version", version.Version), ("identity", version.Facts!.Identity), ("dpo_train", version.Facts.DpoTrain), ("dpo_test", version.Facts.DpoTest),
                ("items", version.Facts.Items), ("judgments", version.Facts.Judgments))),
            _ => new("dataset.failed", name, EventBody.Of(("version", version.Version), ("code", version.Failure?.Code), ("reason", (JsonNode?)version.Failure?.Detail))),
        };
    }

    /// <summary>The version that a name means, or null.</summary>
    /// <param name="name"><c>v12</c>, <c>12</c>, <c>latest</c> (the newest published), a tag, or 40 or 64 digits of an identity.</param>
    /// <param name="versions">All, oldest first.</param>
    /// <param name="tags">Where tags are.</param>
    public static VersionView? Find(string name, IReadOnlyList<VersionView> versions, IReadOnlyDictionary<string, int> tags)
    {
        if (name is "latest")
        {
            return versions.LastOrDefault(version => version.State is VersionState.Published);
        }

        if (name.Length is 40 or 64 && name.All(char.IsAsciiHexDigitLower))
        {
            return versions.FirstOrDefault(version => version.Facts?.Identity.StartsWith(name, StringComparison.Ordinal) is true);
        }

        var numbered = NumberedName.TryParse('v', name, out var number) || NumberedName.TryParse('v', "v" + name, out number) || tags.TryGetValue(name, out number);
        return numbered ? versions.FirstOrDefault(version => version.Version == number) : null;
    }

    /// <summary>Null when a tag may have this name: it must not read as another kind of name.</summary>
    public static Refusal? CheckTag(string tag)
    {
        var slug = tag.Length is >= 1 and <= 64 && tag.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '_') && char.IsAsciiLetterLower(tag[0]);
        return slug && tag is not ("latest" or "main") && !NumberedName.TryParse('v', tag, out _) && !(tag.Length is 40 or 64 && tag.All(char.IsAsciiHexDigitLower))
            ? null
            : new(RefusalCodes.BadRequest, $"'{tag}' cannot be a tag: it is 1 to 64 lower-case letters, digits, '-', '.', '_', begins with a letter, and is not latest, main, a version or an identity.");
    }

    private static RecipeWindow Window(VersionView version)
    {
        var recipe = Recipe.Parse(version.Recipe);
        return new(NumberedName.Of('v', version.Version), recipe.Since, recipe.Positions);
    }

    private static Refusal? WrongPosition(ImmutableArray<RecipePosition> wanted, ImmutableArray<RecipePosition> current) =>
        !wanted.Select(position => position.Shard).SequenceEqual(current.Select(position => position.Shard))
            ? new(RefusalCodes.BadRequest, $"positions must name the shards {string.Join(", ", current.Select(position => position.Shard))}, in this order.")
        : wanted.Zip(current).FirstOrDefault(pair => pair.First.Seq < 0 || pair.First.Seq > pair.Second.Seq) is { First: { } past, Second: { } end }
            ? new(RefusalCodes.BadRequest, $"Shard {past.Shard} has no event {past.Seq} yet; it ends at {end.Seq}.")
        : null;

    private static DateTimeOffset Microseconds(DateTimeOffset time) => time.ToUniversalTime().AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
