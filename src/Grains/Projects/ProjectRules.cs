using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>Decisions about a project's settings. A value out of range is refused, never adjusted.</summary>
public static class ProjectRules
{
    /// <summary>Most shards a project may have.</summary>
    public const int MaxShards = 1024;

    /// <summary>Null when the settings can run.</summary>
    public static Refusal? Check(ProjectSettings settings)
    {
        if (SettingsRanges.FirstFault(settings, "") is { } fault)
        {
            return new(RefusalCodes.BadRequest, fault);
        }

        if (settings.Assignment is { Routing: not (AssignmentSettings.Uniform or AssignmentSettings.Information) } assignment)
        {
            return new(RefusalCodes.BadRequest, $"assignment.routing is '{assignment.Routing}'; it is uniform or information.");
        }

        if (VerdictRules.Check(settings) is { } refusal)
        {
            return refusal;
        }

        if (settings.Assignment.MinOverlap > settings.Overlap)
        {
            return new(RefusalCodes.BadRequest, $"assignment.min_overlap is {settings.Assignment.MinOverlap}; it must not be more than overlap, {settings.Overlap}.");
        }

        if (settings.Datasets.Cron is { } cron && !CronSchedule.TryParse(cron, out _, out var wrong))
        {
            return new(RefusalCodes.BadRequest, $"datasets.cron: {wrong}");
        }

        if (DatasetAbout.Check(settings.Datasets) is { } about)
        {
            return about;
        }

        return Aggregators.Names.Contains(settings.Datasets.Aggregation)
            ? RoundSettingsRules.Check(settings.Rounds)
            : new(RefusalCodes.BadRequest, $"datasets.aggregation is '{settings.Datasets.Aggregation}'; known are {string.Join(", ", Aggregators.Names)}.");
    }

    /// <summary>The first version of a project, the existing one for the same call again, or why not.</summary>
    public static Outcome<ProjectVersion> Create(ProjectVersion? first, ProjectSettings settings, int shards, DateTimeOffset now)
    {
        settings = Complete(settings, first is null ? AssignmentSettings.UsualRepeatShare : first.Settings.Assignment.RepeatShare ?? 0);
        if (first is not null)
        {
            return Same(Complete(first.Settings, 0), settings) && first.Shards == shards ? first : new Refusal(RefusalCodes.ProjectExists, "A project of this name exists.");
        }

        if (shards is < 1 or > MaxShards)
        {
            return new Refusal(RefusalCodes.BadRequest, $"shards is {shards}; it must be from 1 to {MaxShards}.");
        }

        return Check(settings) is { } refusal ? refusal : new ProjectVersion { Settings = settings, Shards = shards, Guideline = 1, Created = now };
    }

    /// <summary>The next version, or why not. Another guideline text is a new guideline version.</summary>
    public static Outcome<ProjectVersion> Update(ProjectVersion current, int number, ProjectSettings settings, string ifMatch)
    {
        if (ifMatch != ETagOf(number))
        {
            return new Refusal(RefusalCodes.Stale, $"The settings have changed: their version is {ETagOf(number)}, not {ifMatch}.");
        }

        settings = Complete(settings, current.Settings.Assignment.RepeatShare ?? 0);
        return Check(settings) is { } refusal
            ? refusal
            : current with { Settings = settings, Guideline = current.Guideline + (settings.Guideline == current.Settings.Guideline ? 0 : 1) };
    }

    /// <summary>Settings with the share of repeats that stands where none was given, so that what is stored never depends on a default.</summary>
    internal static ProjectSettings Complete(ProjectSettings settings, double repeatShare) => settings with { Assignment = settings.Assignment.WithRepeats(repeatShare) };

    // Lists within settings have no equality of their own.
    private static bool Same(ProjectSettings one, ProjectSettings other) =>
        JsonSerializer.SerializeToUtf8Bytes(one, JobJson.Line).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, JobJson.Line));

    /// <summary>The ETag of a settings version.</summary>
    public static string ETagOf(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The event of a settings version: the settings without the texts for people, and their hash.</summary>
    public static ProjectEvent EventOf(int number, ProjectVersion version)
    {
        var settings = JsonSerializer.Serialize(version.Settings with { Guideline = "", Title = "" }, JobJson.Line);
        return new(number is 1 ? "project.created" : "project.updated", ETagOf(number), EventBody.Of(
            ("version", number), ("shards", version.Shards), ("guideline", version.Guideline), ("settings_sha256", ContentHash.Hex(settings)),
            ("aggregation", version.Settings.Datasets.Aggregation), ("overlap", version.Settings.Overlap), ("test_share", (JsonNode)version.Settings.TestShare)));
    }
}
