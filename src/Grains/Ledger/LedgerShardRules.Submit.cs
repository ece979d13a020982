using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Judgments, edits and undos.</summary>
internal static partial class LedgerShardRules
{
    /// <summary>What a submitted judgment becomes. Nothing is refused for lateness.</summary>
    public static SubmitDecision Submit(ShardIndex index, SubmitJudgment command, long now)
    {
        if (Malformed(command) is { } problem)
        {
            return new(new Refusal(RefusalCodes.BadVerdict, problem));
        }

        var body = SubmitDigest.Of(command);
        var stored = index.TryFindJudgment(command.Id);
        if (stored != ShardIndex.None)
        {
            return index.Judgment(stored).Body == (ulong)body
                ? new(index.Judgment(stored).Counted)
                : new(new Refusal(RefusalCodes.JudgmentIdReused, $"Judgment {command.Id} was sent before with another body."));
        }

        var pair = index.TryFindPair(command.Pair);
        if (pair == ShardIndex.None)
        {
            return new(new Refusal(RefusalCodes.UnknownPair, $"There is no pair {command.Pair} here."));
        }

        index.Lapse(now);
        var annotator = index.TryFindAnnotator(command.Annotator);
        var replaced = ShardIndex.None;
        if (command.Supersedes is { } superseded)
        {
            replaced = index.TryFindJudgment(superseded);
            if (replaced == ShardIndex.None || index.Judgment(replaced).Annotator != annotator || index.Judgment(replaced).Pair != pair)
            {
                return new(new Refusal(RefusalCodes.UnknownJudgment, $"Judgment {superseded} of pair {command.Pair} is not this annotator's."));
            }

            // Replaced or withdrawn already, from another window perhaps: the newest word stands for what is live.
            replaced = index.Judgment(replaced).IsLive ? replaced : index.LiveJudgment(pair, annotator, index.Judgment(replaced).Purpose);
        }

        if (command.Choice is ShownChoice.Undo)
        {
            return replaced == ShardIndex.None
                ? new(false)
                : new(false) { Judgment = new JudgmentWithdrawn(command.Id, ShardIndex.IdOf(index.Judgment(replaced)), command.Pair, command.Annotator, SubmitDigest.Text(body)) };
        }

        (byte Probe, int Lease) given = default;
        if ((WrongKind(index, pair, command) ?? LeaseRefusal(index, pair, annotator, command, out given)) is { } refusal)
        {
            return new(refusal);
        }

        return replaced != ShardIndex.None && index.Judgment(replaced).Purpose != given.Probe
            ? new(new Refusal(RefusalCodes.UnknownJudgment, $"Judgment {command.Supersedes} was made under another lease of the pair."))
            : Record(index, command, (pair, annotator, replaced, given.Probe, given.Lease), SubmitDigest.Text(body));
    }

    private static SubmitDecision Record(ShardIndex index, SubmitJudgment command, (int Pair, int Annotator, int Replaced, byte Probe, int Lease) at, string body)
    {
        ref readonly var pair = ref index.Pair(at.Pair);
        var order = command.Lease.Order;
        var skips = command.Choice is ShownChoice.Skip or ShownChoice.Report;
        var freed = at.Replaced != ShardIndex.None && index.Judgment(at.Replaced).Counted ? 1 : 0;
        var counts = !skips && at.Probe == 0 && (freed == 1 || (!pair.Closed && pair.Counted < pair.Overlap)) && !index.HasCounted(at.Pair, at.Annotator, at.Replaced);
        var ownLease = index.ActiveLease(at.Pair, at.Annotator, purpose: 0);
        LeaseRevoked? revoked = null;
        var (strategy, propensity) = at.Lease != ShardIndex.None ? index.Lease(at.Lease).Routing : default;
        if (counts && freed == 0 && ownLease == ShardIndex.None && pair is { Free: <= 0, Leased: > 0 })
        {
            ref readonly var displaced = ref index.Lease(index.NewestActiveLease(at.Pair));
            revoked = new(ShardIndex.IdOf(displaced), command.Pair, index.Annotator(displaced.Annotator));
        }

        var shown = command.Ranking is { } ranked ? ShownResponses.Of(command.Lease, ranked.Count) : [];
        var judgment = new JudgmentRecorded
        {
            Id = command.Id,
            Pair = command.Pair,
            Annotator = command.Annotator,
            Lease = command.Lease,
            Verdict = new(Canonical(command.Choice, order), command.Strength),
            Ranking = command.Ranking?.Renamed(shown),
            Shown = shown,
            Purpose = index.PurposeOf(at.Pair, at.Probe),
            Probe = at.Probe == 0 ? 0 : 1,
            Strategy = strategy,
            Propensity = propensity,
            Order = order,
            Counted = counts,
            Reported = command.Choice is ShownChoice.Report,
            Supersedes = at.Replaced == ShardIndex.None ? null : ShardIndex.IdOf(index.Judgment(at.Replaced)),
            ActiveMilliseconds = command.ActiveMilliseconds,
            ShownAt = command.ShownAt,
            DecidedAt = command.DecidedAt,
            Reasons = command.Reasons,
            Aspects = [.. command.Aspects.OrderBy(rating => rating.Aspect, StringComparer.Ordinal).Select(rating => order is ShownOrder.Ab ? rating : rating with { Value = -rating.Value })],
            AnnotatorKind = command.AnnotatorKind,
            NoteRef = command.NoteRef,
            Guideline = command.Guideline,
            Input = command.Input,
            Body = body,
        };
        var wasSkip = at.Replaced != ShardIndex.None && index.Judgment(at.Replaced).Choice == (byte)Choice.Skip;
        var opensReview = skips && !pair.InReview && (judgment.Reported || (at.Probe == 0 && pair.Skips + (wasSkip ? 0 : 1) >= SkipsForReview));
        return new(counts) { Revoked = revoked, Judgment = judgment, Review = opensReview ? new(command.Pair, judgment.Reported ? "report" : "skips") : null };
    }

    private static Refusal? LeaseRefusal(ShardIndex index, int pair, int annotator, SubmitJudgment command, out (byte Probe, int Lease) found)
    {
        var bits = LeaseId.TryParse(command.Lease.Value, out _) ? Ulid.ToBits(command.Lease.Value.AsSpan(3)) : 0;
        var given = annotator == ShardIndex.None ? default : index.WasGiven(pair, annotator, bits);
        found = annotator == ShardIndex.None ? ((byte)0, ShardIndex.None) : (given.Probe, given.Lease);
        if (given.This || command.Input is SubmitJudgment.ImportedInput)
        {
            // What was judged elsewhere was never leased here.
            return null;
        }

        return given.Any
            ? new(RefusalCodes.UnknownLease, $"Lease {command.Lease} of pair {command.Pair} was never given to this annotator.")
            : new(RefusalCodes.NotLeased, $"Pair {command.Pair} was never leased to this annotator.");
    }

    private static Choice Canonical(ShownChoice choice, ShownOrder order) => choice switch
    {
        ShownChoice.Left => order is ShownOrder.Ab ? Choice.A : Choice.B,
        ShownChoice.Right => order is ShownOrder.Ab ? Choice.B : Choice.A,
        ShownChoice.Tie => Choice.Tie,
        ShownChoice.BothBad => Choice.BothBad,
        ShownChoice.Ranked => Choice.Ranked,
        _ => Choice.Skip,
    };

    private static string? Malformed(SubmitJudgment command) => command switch
    {
        _ when !JudgmentId.TryParse(command.Id.Value, out _) => "The judgment's id is not a ULID.",
        _ when !PairId.TryParse(command.Pair.Value, out _) => "The pair's id is malformed.",
        _ when !AnnotatorId.TryParse(command.Annotator.Value, out _) => "The annotator's id is malformed.",
        { Supersedes: { } old } when !JudgmentId.TryParse(old.Value, out _) => "The superseded judgment's id is not a ULID.",
        { Choice: ShownChoice.Undo, Supersedes: null } => "An undo names the judgment that it withdraws.",
        { Strength: not null, Choice: not (ShownChoice.Left or ShownChoice.Right) } => "Strength goes with left or right only.",
        { Strength: < 1 or > 3 } => "Strength is 1, 2 or 3.",
        { Choice: < ShownChoice.Left or > ShownChoice.Ranked } => "The choice is unknown.",
        _ when command.Choice is ShownChoice.Ranked != command.Ranking is not null => "A ranking is its own choice: it goes with no other.",
        { Choice: ShownChoice.Ranked, Aspects.IsEmpty: false } => "Aspects compare two responses; a ranking has none.",
        { ActiveMilliseconds: < 0 } => "Active time is negative.",
        { Reasons.IsDefault: true } or { Reasons.Length: > 20 } => "There are more than 20 reasons.",
        _ when command.Reasons.Any(reason => !IsSlug(reason)) => "A reason is a slug of at most 64 lower-case letters, digits and hyphens.",
        { Aspects.IsDefault: true } => "Aspects are missing.",
        _ when command.Aspects.DistinctBy(rating => rating.Aspect).Count() < command.Aspects.Length => "An aspect is rated twice.",
        { Input: not ("key" or "touch" or "mouse" or "api" or SubmitJudgment.ImportedInput) } => "Input is key, touch, mouse, api or import.",
        { NoteRef.Length: > 200 } => "The note's reference is longer than 200 characters.",
        _ => null,
    };

    private static bool IsSlug(string? text) => text is { Length: > 0 and <= 64 } && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
