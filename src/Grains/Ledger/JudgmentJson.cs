using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Reads judgments, which are nearly all of a ledger, in one pass over their bytes. Absent members mean null, false or empty; unknown ones are passed over; of two with one name the last counts.</summary>
internal static class JudgmentJson
{
    private static readonly string[] s_inputs = ["key", "mouse", "touch", "api"];

    /// <summary>A ledger's line that begins as this program writes a judgment; null for any other.</summary>
    public static LedgerEntry? TryDecode(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject || !Is(ref reader, "v"u8, JsonTokenType.Number) || !reader.TryGetInt32(out var format) || format is not 1
            || !Is(ref reader, "seq"u8, JsonTokenType.Number) || !reader.TryGetInt64(out var seq)
            || !Is(ref reader, "t"u8, JsonTokenType.String) || reader.ValueIsEscaped || !LedgerTime.TryParse(reader.ValueSpan, out var time)
            || !Is(ref reader, "kind"u8, JsonTokenType.String) || !reader.ValueTextEquals("judgment.recorded"u8))
        {
            return null;
        }

        var draft = Draft(ref reader);
        return new(seq, time, draft.Append ?? throw Absent("b"), draft.Hash ?? throw Absent("hash"), draft.Build());
    }

    /// <summary>A frame of the source index that begins as this program writes a judgment; null for any other.</summary>
    public static (DateTimeOffset Time, JudgmentRecorded Judgment)? TryFrame(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return reader.Read() && reader.TokenType is JsonTokenType.StartObject && Is(ref reader, "t"u8, JsonTokenType.Number) && reader.TryGetInt64(out var time)
            && Is(ref reader, "kind"u8, JsonTokenType.String) && reader.ValueTextEquals("judgment.recorded"u8)
            ? (LedgerTime.To(time), Draft(ref reader).Build()) : null;
    }

    /// <summary>The judgment of a whole line, whatever the order of its members is.</summary>
    public static JudgmentRecorded Read(JsonElement line)
    {
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(line));
        reader.Read();
        return Draft(ref reader).Build();
    }

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, JsonTokenType type) =>
        reader.Read() && reader.TokenType is JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read() && reader.TokenType == type;

    private static JudgmentDraft Draft(ref Utf8JsonReader reader)
    {
        var draft = new JudgmentDraft();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            draft.Take(ref reader);
        }

        return draft;
    }

    private static FormatException Absent(string name) => new($"A judgment has no '{name}'.");

    /// <summary>Members as they come.</summary>
    private ref struct JudgmentDraft
    {
        public long? Append;
        public string? Hash;
        private string? _id, _pair, _annotator, _lease, _supersedes, _strategy, _kind, _note, _input, _body;
        private int? _choice, _strength, _purpose, _order, _guideline;
        private int _probe;
        private long? _active;
        private bool? _counted;
        private bool _reported;
        private double? _propensity;
        private DateTimeOffset? _shownAt, _decidedAt;
        private Ranking? _ranking;
        private ImmutableArray<int>? _shown;
        private ImmutableArray<string>? _reasons;
        private ImmutableArray<AspectRating>? _aspects;

        /// <summary>The member whose name was read.</summary>
        public void Take(ref Utf8JsonReader reader)
        {
            // In the order of writing, so that few are compared.
            var name = reader.ValueIsEscaped ? System.Text.Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
            reader.Read();
            if (name.SequenceEqual("id"u8)) { _id = reader.GetString(); }
            else if (name.SequenceEqual("pair"u8)) { _pair = reader.GetString(); }
            else if (name.SequenceEqual("annotator"u8)) { _annotator = reader.GetString(); }
            else if (name.SequenceEqual("lease"u8)) { _lease = reader.GetString(); }
            else if (name.SequenceEqual("choice"u8)) { _choice = Index(LedgerEventJson.Choices, ref reader, "choice"); }
            else if (name.SequenceEqual("strength"u8)) { _strength = reader.GetInt32(); }
            else if (name.SequenceEqual("purpose"u8)) { _purpose = Index(LedgerEventJson.Purposes, ref reader, "purpose"); }
            else if (name.SequenceEqual("order"u8)) { _order = Index(LedgerEventJson.Orders, ref reader, "order"); }
            else if (name.SequenceEqual("counted"u8)) { _counted = reader.GetBoolean(); }
            else if (name.SequenceEqual("active_ms"u8)) { _active = reader.GetInt64(); }
            else if (name.SequenceEqual("shown_at"u8)) { _shownAt = TimeOf(ref reader, "shown_at"); }
            else if (name.SequenceEqual("decided_at"u8)) { _decidedAt = TimeOf(ref reader, "decided_at"); }
            else if (name.SequenceEqual("guideline"u8)) { _guideline = reader.GetInt32(); }
            else if (name.SequenceEqual("input"u8)) { _input = Input(ref reader); }
            else if (name.SequenceEqual("body"u8)) { _body = reader.GetString(); }
            else if (name.SequenceEqual("b"u8)) { Append = reader.GetInt64(); }
            else if (name.SequenceEqual("hash"u8)) { Hash = reader.GetString(); }
            else { TakeRare(name, ref reader); }
        }

        public readonly JudgmentRecorded Build() => new()
        {
            Id = Id<JudgmentId>(_id, "id"),
            Pair = Id<PairId>(_pair, "pair"),
            Annotator = Id<AnnotatorId>(_annotator, "annotator"),
            Lease = Id<LeaseId>(_lease, "lease"),
            Verdict = new Verdict((Choice)(_choice ?? throw Absent("choice")), _strength),
            Ranking = _ranking,
            Shown = _shown ?? [],
            Purpose = (Purpose)(_purpose ?? throw Absent("purpose")),
            Probe = _probe,
            Strategy = _strategy,
            Propensity = _propensity,
            Order = (ShownOrder)(_order ?? throw Absent("order")),
            Counted = _counted ?? throw Absent("counted"),
            Reported = _reported,
            Supersedes = _supersedes is null ? null : StringId.Parse<JudgmentId>(_supersedes),
            ActiveMilliseconds = _active ?? throw Absent("active_ms"),
            ShownAt = _shownAt,
            DecidedAt = _decidedAt,
            Reasons = _reasons ?? [],
            AnnotatorKind = _kind,
            Aspects = _aspects ?? [],
            NoteRef = _note,
            Guideline = _guideline ?? throw Absent("guideline"),
            Input = _input ?? throw Absent("input"),
            Body = _body ?? throw Absent("body"),
        };

        private void TakeRare(ReadOnlySpan<byte> name, ref Utf8JsonReader reader)
        {
            if (name.SequenceEqual("supersedes"u8)) { _supersedes = reader.GetString() ?? throw new FormatException("'supersedes' is null."); }
            else if (name.SequenceEqual("annotator_kind"u8)) { _kind = reader.GetString(); }
            else if (name.SequenceEqual("probe"u8)) { _probe = reader.GetInt32(); }
            else if (name.SequenceEqual("strategy"u8)) { _strategy = reader.GetString(); }
            else if (name.SequenceEqual("propensity"u8)) { _propensity = reader.GetDouble(); }
            else if (name.SequenceEqual("reported"u8)) { _reported = reader.GetBoolean(); }
            else if (name.SequenceEqual("note"u8)) { _note = reader.GetString(); }
            else if (name.SequenceEqual("ranking"u8)) { _ranking = LedgerEventJson.RankingOf(JsonElement.ParseValue(ref reader)); }
            else if (name.SequenceEqual("shown"u8)) { _shown = [.. JsonElement.ParseValue(ref reader).EnumerateArray().Select(position => position.GetInt32())]; }
            else if (name.SequenceEqual("reasons"u8)) { _reasons = [.. JsonElement.ParseValue(ref reader).EnumerateArray().Select(reason => reason.GetString()!)]; }
            else if (name.SequenceEqual("aspects"u8)) { _aspects = [.. JsonElement.ParseValue(ref reader).EnumerateObject().Select(aspect => new AspectRating(aspect.Name, aspect.Value.GetInt32()))]; }
            else { reader.Skip(); }
        }

        private static T Id<T>(string? text, string name) where T : struct, IStringId<T> => StringId.Parse<T>(text ?? throw Absent(name));

        private static int Index(string[] words, ref Utf8JsonReader reader, string name)
        {
            for (var i = 0; i < words.Length; i++)
            {
                if (reader.ValueTextEquals(words[i]))
                {
                    return i;
                }
            }

            throw new FormatException($"'{reader.GetString()}' is no {name}.");
        }

        private static string? Input(ref Utf8JsonReader reader)
        {
            foreach (var word in s_inputs)
            {
                if (reader.ValueTextEquals(word))
                {
                    return word;
                }
            }

            return reader.GetString();
        }

        private static DateTimeOffset TimeOf(ref Utf8JsonReader reader, string name) =>
            (reader.TokenType is JsonTokenType.String && !reader.ValueIsEscaped && LedgerTime.TryParse(reader.ValueSpan, out var time)) || LedgerTime.TryParse(reader.GetString(), out time)
                ? time : throw new FormatException($"'{name}' is not a time.");
    }
}
