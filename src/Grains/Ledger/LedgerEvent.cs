using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>What one line of the ledger says. The envelope (sequence number, time, chain) is in <see cref="LedgerEntry"/>; docs/formats/ledger.md has the bytes.</summary>
public abstract record LedgerEvent
{
    /// <summary>Dotted lower-case kind.</summary>
    public abstract string Kind { get; }
}

/// <summary>A writer took the shard over. Whoever held it before is fenced: its next append finds another length.</summary>
/// <param name="Epoch">One more than the epoch before.</param>
/// <param name="Writer">Random name of the writer.</param>
public sealed record EpochBegun(long Epoch, string Writer) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "epoch";
}

/// <summary>The rows of a pair segment became part of the shard; rows whose pair is already known are not.</summary>
/// <param name="Segment">Blob of the rows.</param>
/// <param name="Sha256">SHA-256 of that blob, 64 hexadecimal digits.</param>
/// <param name="Added">How many of its pairs were new.</param>
public sealed record PairsAdded(string Segment, string Sha256, int Added) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "pairs.added";
}

/// <summary>One annotator may judge these pairs. A lease lapses <paramref name="Minutes"/> after the annotator's last event in the shard.</summary>
/// <param name="Annotator">Who.</param>
/// <param name="Minutes">Life without activity.</param>
/// <param name="Leases">One to four.</param>
public sealed record LeaseGranted(AnnotatorId Annotator, int Minutes, ImmutableArray<GrantedLease> Leases) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "lease.granted";
}

/// <summary>One lease of a grant.</summary>
/// <param name="Lease">Its id.</param>
/// <param name="Pair">The pair.</param>
/// <param name="Order">Which response is on the left.</param>
public sealed record GrantedLease(LeaseId Lease, PairId Pair, ShownOrder Order)
{
    /// <summary>Gold, repeat, adjudication or practice; null for a lease that reserves one of the pair's slots.</summary>
    public Purpose? Purpose { get; init; }

    /// <summary>Number of the probe, from 1; 0 for a slot.</summary>
    public int Probe { get; init; }

    /// <summary>Which arm of the routing gave the pair: <c>information</c> or <c>uniform</c>; null when pairs are given in their order.</summary>
    public string? Strategy { get; init; }

    /// <summary>Probability with which the routing gave this pair, among those of the shard with a free slot; null without routing.</summary>
    public double? Propensity { get; init; }
}

/// <summary>An annotator gave back what he held.</summary>
/// <param name="Annotator">Who.</param>
/// <param name="Leases">The leases that ended.</param>
public sealed record LeaseReleased(AnnotatorId Annotator, ImmutableArray<LeaseId> Leases) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "lease.released";
}

/// <summary>A lease ended because a judgment under an older lease took the slot.</summary>
/// <param name="Lease">The lease that ended.</param>
/// <param name="Pair">Its pair.</param>
/// <param name="Annotator">Who held it.</param>
public sealed record LeaseRevoked(LeaseId Lease, PairId Pair, AnnotatorId Annotator) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "lease.revoked";
}

/// <summary>One verdict. With <see cref="Supersedes"/> it is an edit, and that judgment is live no more.</summary>
public sealed record JudgmentRecorded : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "judgment.recorded";

    /// <summary>Client-made id.</summary>
    public required JudgmentId Id { get; init; }

    /// <summary>The pair.</summary>
    public required PairId Pair { get; init; }

    /// <summary>Who judged.</summary>
    public required AnnotatorId Annotator { get; init; }

    /// <summary>The lease it was shown under.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary>In canonical order.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The order it gives, in canonical positions, of a ranking; else null.</summary>
    public Ranking? Ranking { get; init; }

    /// <summary>Canonical positions in the order they were shown in, with <see cref="Ranking"/>.</summary>
    public ImmutableArray<int> Shown { get; init; } = [];

    /// <summary>Why it was judged: the pair's purpose, or that of the probe it was leased as.</summary>
    public required Purpose Purpose { get; init; }

    /// <summary>Number of the probe, from 1; 0 when it is none.</summary>
    public int Probe { get; init; }

    /// <summary>Arm of the routing that gave the pair; null without routing, and for edits.</summary>
    public string? Strategy { get; init; }

    /// <summary>Probability with which it did.</summary>
    public double? Propensity { get; init; }

    /// <summary>The order it was shown in.</summary>
    public required ShownOrder Order { get; init; }

    /// <summary>Fills one of the pair's slots; false for skips and surplus.</summary>
    public required bool Counted { get; init; }

    /// <summary>A skip that is a report.</summary>
    public bool Reported { get; init; }

    /// <summary>The judgment this one replaces, or null.</summary>
    public JudgmentId? Supersedes { get; init; }

    /// <summary>Visible-tab milliseconds.</summary>
    public long ActiveMilliseconds { get; init; }

    /// <summary>Client clock at paint.</summary>
    public DateTimeOffset? ShownAt { get; init; }

    /// <summary>Client clock at the decision.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Reason tags.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>How the responses compare on the project's aspects, by slug; negative: A is better.</summary>
    public ImmutableArray<AspectRating> Aspects { get; init; } = [];

    /// <summary><c>model</c> when a model judged; null for people and for programs that stand for people.</summary>
    public string? AnnotatorKind { get; init; }

    /// <summary>Reference of an encrypted note.</summary>
    public string? NoteRef { get; init; }

    /// <summary>Guideline version shown.</summary>
    public int Guideline { get; init; }

    /// <summary>key, touch, mouse or api.</summary>
    public string Input { get; init; } = "api";

    /// <summary>Digest of the command as it arrived, so that a retry is told from a reuse of the id; 32 hexadecimal digits.</summary>
    public required string Body { get; init; }
}

/// <summary>An undo: a judgment is live no more and nothing replaces it.</summary>
/// <param name="Id">Client-made id of the undo.</param>
/// <param name="Judgment">The judgment withdrawn.</param>
/// <param name="Pair">Its pair.</param>
/// <param name="Annotator">Whose.</param>
/// <param name="Body">Digest of the command.</param>
public sealed record JudgmentWithdrawn(JudgmentId Id, JudgmentId Judgment, PairId Pair, AnnotatorId Annotator, string Body) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "judgment.withdrawn";
}

/// <summary>A pair came to review. It follows from the judgments; the event tells readers when.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Cause"><c>skips</c> or <c>report</c>.</param>
public sealed record PairReview(PairId Pair, string Cause) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "pair.review";
}

/// <summary>No more votes are wanted for these pairs.</summary>
/// <param name="Reason">Why, such as a round's name.</param>
/// <param name="Pairs">The pairs that were open.</param>
public sealed record PairsClosed(string Reason, ImmutableArray<PairId> Pairs) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "pairs.closed";
}

/// <summary>Pairs want another number of counted votes than before, because those they have disagree or are sure enough.</summary>
/// <param name="Pairs">The pairs and how many votes they want now.</param>
public sealed record PairsWanted(ImmutableArray<WantedVotes> Pairs) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => "pairs.wanted";
}

/// <summary>An event of the <c>_project</c> shard.</summary>
/// <param name="Event">Kind, idempotency key and body.</param>
public sealed record ProjectRecorded(ProjectEvent Event) : LedgerEvent
{
    /// <inheritdoc/>
    public override string Kind => Event.Kind;
}
