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
    /// <summary>A new version at the given positions.</summary>
    public static VersionView Cut(CutRequest request, int number, ProjectView project, ImmutableArray<ShardStatus> shards, LedgerPosition own, VersionView? since, DateTimeOffset now)
    {
        var positions = shards.Select((shard, i) => new RecipePosition(i.ToString(CultureInfo.InvariantCulture), shard.Seq, shard.Head))
            .Append(new("_project", own.Seq, own.Hash));
        var recipe = new Recipe
        {
            Project = project.Id.Value,
            Positions = [.. positions],
            Since = request.Replay is null || since is null ? [] : Recipe.Parse(since.Recipe).Positions,
            Aggregation = project.Settings.Datasets.Aggregation,
            Replay = request.Replay,
            Seed = project.Settings.Generation.Seed,
        };
        return new()
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

    private static DateTimeOffset Microseconds(DateTimeOffset time) => time.ToUniversalTime().AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
