using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Retractions;

/// <summary>Decisions about retractions.</summary>
public static class RetractionRules
{
    private const int MaxReason = 200;

    /// <summary>The retraction, or why not.</summary>
    public static Outcome<RetractionView> Plan(Retract wish, int number, DateTimeOffset now)
    {
        if (Fault(wish.Reason) is { } fault)
        {
            return fault;
        }

        if (wish.Judgment is null == wish.Annotator is null || wish.Judgment is null != wish.Pair is null || (wish.From is not null && wish.Annotator is null))
        {
            return new Refusal(RefusalCodes.BadRequest, "Name either a judgment with its pair, or an annotator and perhaps a time from which on.");
        }

        return new RetractionView
        {
            Number = number,
            State = RetractionState.Retracting,
            Judgment = wish.Judgment,
            Pair = wish.Pair,
            Annotator = wish.Annotator,
            From = wish.From,
            Reason = wish.Reason,
            By = wish.By,
            Created = now,
        };
    }

    /// <summary>What it is after the shards have done their part; unchanged when that is known.</summary>
    public static RetractionView CarriedOut(RetractionView retraction, int judgments, ImmutableArray<TouchedThing> touched) => retraction.State switch
    {
        RetractionState.Retracting => retraction with { State = RetractionState.Retracted, Judgments = judgments, Touched = touched },
        RetractionState.Reinstating => retraction with { State = RetractionState.Reinstated },
        _ => retraction,
    };

    /// <summary>The retraction being taken back, or why not. A repeat changes nothing.</summary>
    public static Outcome<RetractionView> Reinstate(RetractionView retraction, string reason, string by) => retraction.State switch
    {
        _ when Fault(reason) is { } fault => fault,
        RetractionState.Retracting => new Refusal(RefusalCodes.WrongState, $"{retraction.Name} is still being carried out."),
        RetractionState.Retracted => retraction with { State = RetractionState.Reinstating, ReinstateReason = reason, ReinstatedBy = by },
        _ => retraction,
    };

    /// <summary>The event of a change: an annotator's retraction stands in the project's ledger before the shards carry it out. A single judgment's own event says all.</summary>
    public static ProjectEvent? EventOf(RetractionView view) => view switch
    {
        { State: RetractionState.Retracting, Annotator: { } annotator } => new("annotator.retracted", view.Name, EventBody.Of(
            ("retraction", view.Name), ("annotator", annotator.Value), ("from", view.From?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
            ("reason", view.Reason), ("by", view.By))),
        { State: RetractionState.Reinstating, Annotator: { } annotator } => new("annotator.reinstated", view.Name, EventBody.Of(
            ("retraction", view.Name), ("annotator", annotator.Value), ("reason", view.ReinstateReason), ("by", view.ReinstatedBy))),
        { State: RetractionState.Retracted } => new("retraction.done", view.Name, EventBody.Of(
            ("retraction", view.Name), ("judgments", view.Judgments), ("touched", string.Join(' ', view.Touched.Select(thing => thing.Id))))),
        _ => null,
    };

    private static Refusal? Fault(string reason) => reason.Trim().Length is 0 or > MaxReason || reason.Any(char.IsControl)
        ? new(RefusalCodes.BadRequest, $"Give a reason of at most {MaxReason} characters in one line; it stays in the ledger.")
        : null;
}
