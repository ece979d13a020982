using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>A judgment as it arrives. The shown order is the lease's; the client never knows which side is A.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.submit-judgment")]
public sealed record SubmitJudgment
{
    /// <summary>Input of a judgment that was made in another tool and never leased here; only imports send it.</summary>
    public const string ImportedInput = "import";

    /// <summary>Client-made id; a retry carries the same one.</summary>
    [Id(0)] public required JudgmentId Id { get; init; }

    /// <summary>The pair.</summary>
    [Id(1)] public required PairId Pair { get; init; }

    /// <summary>Who judges.</summary>
    [Id(2)] public required AnnotatorId Annotator { get; init; }

    /// <summary>The lease it was shown under; may have lapsed.</summary>
    [Id(3)] public required LeaseId Lease { get; init; }

    /// <summary>Left, right, tie, both bad, skip, report, or undo.</summary>
    [Id(4)] public required ShownChoice Choice { get; init; }

    /// <summary>1 to 3 with left or right, else null.</summary>
    [Id(5)] public int? Strength { get; init; }

    /// <summary>The judgment this one replaces (an edit) or withdraws (an undo).</summary>
    [Id(6)] public JudgmentId? Supersedes { get; init; }

    /// <summary>Visible-tab milliseconds from paint to decision.</summary>
    [Id(7)] public long ActiveMilliseconds { get; init; }

    /// <summary>Client clock at paint, for drift only.</summary>
    [Id(8)] public DateTimeOffset? ShownAt { get; init; }

    /// <summary>Client clock at the key press, for drift only.</summary>
    [Id(9)] public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Reason tags, lower-case slugs.</summary>
    [Id(10)] public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>Reference of an encrypted note under the person's key, or null. The text itself is never in an event.</summary>
    [Id(11)] public string? NoteRef { get; init; }

    /// <summary>Guideline version shown.</summary>
    [Id(12)] public int Guideline { get; init; }

    /// <summary>key, touch, mouse or api.</summary>
    [Id(13)] public string Input { get; init; } = "api";

    /// <summary>Comparison on the project's aspects as shown: negative, the left one is better.</summary>
    [Id(14)] public ImmutableArray<AspectRating> Aspects { get; init; } = [];

    /// <summary><c>model</c> when a model judges, else null. Said by the server, so not part of the body's digest.</summary>
    [Id(15)] public string? AnnotatorKind { get; init; }

    /// <summary>With <see cref="ShownChoice.Ranked"/>: the order of the responses by their shown positions.</summary>
    [Id(16)] public Ranking? Ranking { get; init; }
}

/// <summary>A choice as the screen has it.</summary>
public enum ShownChoice
{
    /// <summary>The left response is better.</summary>
    Left,

    /// <summary>The right response is better.</summary>
    Right,

    /// <summary>Equally good.</summary>
    Tie,

    /// <summary>Both unusable.</summary>
    BothBad,

    /// <summary>Not judged.</summary>
    Skip,

    /// <summary>Not judged and brought to review: wrong, harmful or impossible to judge.</summary>
    Report,

    /// <summary>Withdraws the superseded judgment.</summary>
    Undo,

    /// <summary>The responses of a ranking in an order.</summary>
    Ranked,
}

/// <summary>What became of one judgment.</summary>
/// <param name="Status">Stored (now or by an earlier send) or refused.</param>
/// <param name="Counted">True when it fills one of the pair's slots.</param>
/// <param name="Refusal">Set when refused.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.submit-result")]
public sealed record SubmitResult(SubmitStatus Status, bool Counted, Refusals.Refusal? Refusal);

/// <summary>Outcome of a submit.</summary>
public enum SubmitStatus
{
    /// <summary>Durable.</summary>
    Stored,

    /// <summary>Refused for good; the refusal says why.</summary>
    Refused,

    /// <summary>Not known; send the same id again.</summary>
    OutcomeUnknown,
}
