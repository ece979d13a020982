using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The members of each kind of event between the envelope's. Absent members mean null, false or empty.</summary>
internal static class LedgerEventJson
{
    /// <summary>Words of choices by number.</summary>
    public static readonly string[] Choices = ["a", "b", "tie", "both_bad", "skip", "ranked"];

    /// <summary>Words of purposes by number.</summary>
    public static readonly string[] Purposes = ["vote", "repeat", "gold", "adjudication", "headToHead", "practice", "machine", "ranking"];

    /// <summary>Words of shown orders by number.</summary>
    public static readonly string[] Orders = ["ab", "ba"];

    public static string Word(Choice choice) => Choices[(int)choice];

    public static string Word(Purpose purpose) => Purposes[(int)purpose];

    public static void Write(Utf8JsonWriter writer, LedgerEvent written)
    {
        switch (written)
        {
            case JudgmentRecorded judgment:
                WriteJudgment(writer, judgment);
                break;
            case LeaseGranted granted:
                WriteGrant(writer, granted);
                break;
            case EpochBegun epoch:
                writer.WriteNumber("epoch"u8, epoch.Epoch);
                writer.WriteString("writer"u8, epoch.Writer);
                break;
            case PairsAdded added:
                writer.WriteString("segment"u8, added.Segment);
                writer.WriteString("sha256"u8, added.Sha256);
                writer.WriteNumber("added"u8, added.Added);
                break;
            case LeaseReleased released:
                writer.WriteString("annotator"u8, released.Annotator.Value);
                WriteList(writer, "leases", released.Leases.Select(id => id.Value));
                break;
            case LeaseRevoked revoked:
                writer.WriteString("lease"u8, revoked.Lease.Value);
                writer.WriteString("pair"u8, revoked.Pair.Value);
                writer.WriteString("annotator"u8, revoked.Annotator.Value);
                break;
            case JudgmentWithdrawn withdrawn:
                writer.WriteString("id"u8, withdrawn.Id.Value);
                writer.WriteString("judgment"u8, withdrawn.Judgment.Value);
                writer.WriteString("pair"u8, withdrawn.Pair.Value);
                writer.WriteString("annotator"u8, withdrawn.Annotator.Value);
                writer.WriteString("body"u8, withdrawn.Body);
                break;
            case JudgmentRetracted retracted:
                writer.WriteString("id"u8, retracted.Id);
                writer.WriteString("judgment"u8, retracted.Judgment.Value);
                writer.WriteString("pair"u8, retracted.Pair.Value);
                writer.WriteString("reason"u8, retracted.Reason);
                writer.WriteString("by"u8, retracted.By);
                break;
            case JudgmentReinstated reinstated:
                writer.WriteString("id"u8, reinstated.Id);
                writer.WriteString("judgment"u8, reinstated.Judgment.Value);
                writer.WriteString("pair"u8, reinstated.Pair.Value);
                writer.WriteBoolean("counted"u8, reinstated.Counted);
                writer.WriteString("reason"u8, reinstated.Reason);
                writer.WriteString("by"u8, reinstated.By);
                break;
            case PairReview review:
                writer.WriteString("pair"u8, review.Pair.Value);
                writer.WriteString("cause"u8, review.Cause);
                break;
            case PairsClosed closed:
                writer.WriteString("reason"u8, closed.Reason);
                WriteList(writer, "pairs", closed.Pairs.Select(id => id.Value));
                break;
            case PairsWanted wanted:
                WriteWanted(writer, wanted);
                break;
            case ProjectRecorded recorded:
                writer.WriteString("key"u8, recorded.Event.Key);
                writer.WritePropertyName("body"u8);
                WriteBody(writer, recorded.Event);
                break;
            default:
                throw new ArgumentException($"'{written.Kind}' has no written form.", nameof(written));
        }
    }

    public static LedgerEvent Read(string kind, JsonElement line) => kind switch
    {
        "judgment.recorded" => JudgmentJson.Read(line),
        "lease.granted" => new LeaseGranted(Id<AnnotatorId>(line, "annotator"), line.GetProperty("minutes"u8).GetInt32(),
            [.. line.GetProperty("leases"u8).EnumerateArray().Select(ReadLease)]),
        "epoch" => new EpochBegun(line.GetProperty("epoch"u8).GetInt64(), Text(line, "writer")),
        "pairs.added" => new PairsAdded(Text(line, "segment"), Text(line, "sha256"), line.GetProperty("added"u8).GetInt32()),
        "lease.released" => new LeaseReleased(Id<AnnotatorId>(line, "annotator"), Ids<LeaseId>(line, "leases")),
        "lease.revoked" => new LeaseRevoked(Id<LeaseId>(line, "lease"), Id<PairId>(line, "pair"), Id<AnnotatorId>(line, "annotator")),
        "judgment.withdrawn" => new JudgmentWithdrawn(
            Id<JudgmentId>(line, "id"), Id<JudgmentId>(line, "judgment"), Id<PairId>(line, "pair"), Id<AnnotatorId>(line, "annotator"), Text(line, "body")),
        "judgment.retracted" => new JudgmentRetracted(Text(line, "id"), Id<JudgmentId>(line, "judgment"), Id<PairId>(line, "pair"), Text(line, "reason"), Text(line, "by")),
        "judgment.reinstated" => new JudgmentReinstated(
            Text(line, "id"), Id<JudgmentId>(line, "judgment"), Id<PairId>(line, "pair"), line.GetProperty("counted"u8).GetBoolean(), Text(line, "reason"), Text(line, "by")),
        "pair.review" => new PairReview(Id<PairId>(line, "pair"), Text(line, "cause")),
        "pairs.wanted" => new PairsWanted([.. line.GetProperty("pairs"u8).EnumerateArray().Select(pair => new WantedVotes(Id<PairId>(pair, "pair"), pair.GetProperty("votes"u8).GetInt32()))]),
        "pairs.closed" => new PairsClosed(Text(line, "reason"), Ids<PairId>(line, "pairs")),
        _ => new ProjectRecorded(new ProjectEvent(kind, Text(line, "key"), line.GetProperty("body"u8).GetRawText())),
    };

    private static void WriteJudgment(Utf8JsonWriter writer, JudgmentRecorded judgment)
    {
        writer.WriteString("id"u8, judgment.Id.Value);
        writer.WriteString("pair"u8, judgment.Pair.Value);
        writer.WriteString("annotator"u8, judgment.Annotator.Value);
        if (judgment.AnnotatorKind is { } kind)
        {
            writer.WriteString("annotator_kind"u8, kind);
        }

        writer.WriteString("lease"u8, judgment.Lease.Value);
        writer.WriteString("choice"u8, Choices[(int)judgment.Verdict.Choice]);
        if (judgment.Verdict.Strength is { } strength)
        {
            writer.WriteNumber("strength"u8, strength);
        }

        if (judgment.Ranking is { } ranking)
        {
            writer.WriteStartArray("ranking"u8);
            foreach (var group in ranking.Groups)
            {
                WriteNumbers(writer, group);
            }

            writer.WriteEndArray();
            writer.WritePropertyName("shown"u8);
            WriteNumbers(writer, judgment.Shown);
        }

        writer.WriteString("purpose"u8, Purposes[(int)judgment.Purpose]);
        if (judgment.Probe > 0)
        {
            writer.WriteNumber("probe"u8, judgment.Probe);
        }

        WriteRouting(writer, judgment.Strategy, judgment.Propensity);

        writer.WriteString("order"u8, Orders[(int)judgment.Order]);
        writer.WriteBoolean("counted"u8, judgment.Counted);
        if (judgment.Reported)
        {
            writer.WriteBoolean("reported"u8, true);
        }

        if (judgment.Supersedes is { } superseded)
        {
            writer.WriteString("supersedes"u8, superseded.Value);
        }

        writer.WriteNumber("active_ms"u8, judgment.ActiveMilliseconds);
        WriteTime(writer, "shown_at", judgment.ShownAt);
        WriteTime(writer, "decided_at", judgment.DecidedAt);
        if (judgment.Reasons.Length > 0)
        {
            WriteList(writer, "reasons", judgment.Reasons);
        }

        if (judgment.Aspects.Length > 0)
        {
            writer.WriteStartObject("aspects"u8);
            foreach (var (aspect, value) in judgment.Aspects)
            {
                writer.WriteNumber(aspect, value);
            }

            writer.WriteEndObject();
        }

        if (judgment.NoteRef is { } note)
        {
            writer.WriteString("note"u8, note);
        }

        writer.WriteNumber("guideline"u8, judgment.Guideline);
        writer.WriteString("input"u8, judgment.Input);
        writer.WriteString("body"u8, judgment.Body);
    }

    private static void WriteGrant(Utf8JsonWriter writer, LeaseGranted granted)
    {
        writer.WriteString("annotator"u8, granted.Annotator.Value);
        writer.WriteNumber("minutes"u8, granted.Minutes);
        writer.WriteStartArray("leases"u8);
        foreach (var lease in granted.Leases)
        {
            writer.WriteStartObject();
            writer.WriteString("lease"u8, lease.Lease.Value);
            writer.WriteString("pair"u8, lease.Pair.Value);
            writer.WriteString("order"u8, Orders[(int)lease.Order]);
            if (lease.Purpose is { } purpose)
            {
                writer.WriteString("purpose"u8, Purposes[(int)purpose]);
                writer.WriteNumber("probe"u8, lease.Probe);
            }

            WriteRouting(writer, lease.Strategy, lease.Propensity);

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRouting(Utf8JsonWriter writer, string? strategy, double? propensity)
    {
        if (strategy is not null)
        {
            writer.WriteString("strategy"u8, strategy);
            writer.WriteNumber("propensity"u8, propensity ?? 1);
        }
    }

    private static GrantedLease ReadLease(JsonElement lease) => new(Id<LeaseId>(lease, "lease"), Id<PairId>(lease, "pair"), OrderOf(lease))
    {
        Purpose = lease.TryGetProperty("purpose"u8, out _) ? (Purpose)Index(Purposes, lease, "purpose") : null,
        Probe = lease.TryGetProperty("probe"u8, out var probe) ? probe.GetInt32() : 0,
        Strategy = lease.TryGetProperty("strategy"u8, out var strategy) ? strategy.GetString() : null,
        Propensity = lease.TryGetProperty("propensity"u8, out var propensity) ? propensity.GetDouble() : null,
    };

    private static void WriteWanted(Utf8JsonWriter writer, PairsWanted wanted)
    {
        writer.WriteStartArray("pairs"u8);
        foreach (var (pair, votes) in wanted.Pairs)
        {
            writer.WriteStartObject();
            writer.WriteString("pair"u8, pair.Value);
            writer.WriteNumber("votes"u8, votes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The body in one line, without blanks, members in the order given.</summary>
    private static void WriteBody(Utf8JsonWriter writer, ProjectEvent recorded)
    {
        using var body = JsonDocument.Parse(recorded.Body);
        if (body.RootElement.ValueKind is not JsonValueKind.Object)
        {
            throw new ArgumentException($"The body of '{recorded.Kind}' is not a JSON object.", nameof(recorded));
        }

        body.RootElement.WriteTo(writer);
    }

    private static void WriteNumbers(Utf8JsonWriter writer, ImmutableArray<int> numbers)
    {
        writer.WriteStartArray();
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    public static Ranking RankingOf(JsonElement groups) =>
        Ranking.TryOf([.. groups.EnumerateArray().Select(group => group.EnumerateArray().Select(position => position.GetInt32()).ToArray())], out var ranking)
            ? ranking : throw new FormatException($"'{groups.GetRawText()}' is no ranking.");

    private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } given)
        {
            writer.WriteString(name, LedgerTime.Text(given));
        }
    }

    private static DateTimeOffset? TimeOf(JsonElement line, string name) =>
        line.TryGetProperty(name, out var time) ? LedgerTime.TryParse(time.GetString(), out var parsed) ? parsed : throw new FormatException($"'{name}' is not a time.") : null;

    private static ShownOrder OrderOf(JsonElement line) => (ShownOrder)Index(Orders, line, "order");

    private static int Index(string[] words, JsonElement line, string name) =>
        Array.IndexOf(words, Text(line, name)) is >= 0 and var index ? index : throw new FormatException($"'{Text(line, name)}' is no {name}.");

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null.");

    private static T Id<T>(JsonElement line, string name) where T : struct, IStringId<T> => StringId.Parse<T>(line.GetProperty(name).GetString());

    private static ImmutableArray<T> Ids<T>(JsonElement line, string name) where T : struct, IStringId<T> =>
        [.. line.GetProperty(name).EnumerateArray().Select(id => StringId.Parse<T>(id.GetString()))];
}
