using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>The state machine of a round: Planned → Queued → Training → Evaluating → AwaitingJudgments → an end.</summary>
public static class RoundRules
{
    /// <summary>Smallest number of prompts from which a strict gate can tell better from worse.</summary>
    public const int StrictPrompts = 200;

    /// <summary>True in an end state.</summary>
    public static bool IsEnded(RoundState state) => state >= RoundState.Promoted;

    /// <summary>True past Planned and before an end: one round at a time may be.</summary>
    public static bool IsUnderWay(RoundState state) => state is RoundState.Queued or RoundState.Training or RoundState.Evaluating or RoundState.AwaitingJudgments;

    /// <summary>A new round, or why there is none.</summary>
    /// <param name="request">The wish.</param>
    /// <param name="number">Its number.</param>
    /// <param name="settings">The project's settings, unless the wish has its own.</param>
    /// <param name="active">The active policy.</param>
    /// <param name="isPolicy">Whether a name is a registered policy.</param>
    /// <param name="now">The time.</param>
    public static Outcome<RoundView> Plan(PlanRound request, int number, RoundSettings settings, ActivePolicy? active, Func<string, bool> isPolicy, DateTimeOffset now)
    {
        settings = request.Settings ?? settings;
        if (active is null)
        {
            return new Refusal(RefusalCodes.NoActivePolicy, "No policy is active yet: upload one first.");
        }

        if (RoundSettingsRules.Check(settings) is { } refusal)
        {
            return refusal;
        }

        if (request.CandidatePolicy is { } candidate && !isPolicy(candidate))
        {
            return new Refusal(RefusalCodes.UnknownPolicy, $"There is no policy {candidate} to gate.");
        }

        var view = new RoundView
        {
            Number = number, State = RoundState.Planned, Settings = settings, Trigger = request.Trigger, Planned = now, Parent = active.Active,
            Start = active.Start, Reference = "", Candidate = request.CandidatePolicy,
        };
        view = Resolve(view, active);
        return isPolicy(view.Reference) ? view : new Refusal(RefusalCodes.UnknownPolicy, $"The reference policy {view.Reference} does not exist.");
    }

    /// <summary>The round with start weights and reference as they are now: a round that waited begins from the policy that is active when it begins.</summary>
    public static RoundView Resolve(RoundView round, ActivePolicy active) => round with
    {
        Parent = active.Active,
        Start = active.Start,
        Reference = round.Settings.Reference switch { "pi0" => active.Start, "parent" => active.Active, var policy => policy },
    };

    /// <summary>The round after an event; itself when the event was applied before; a refusal when it does not follow.</summary>
    public static Outcome<RoundView> Apply(RoundView round, RoundEvent happened, DateTimeOffset now) => happened.Kind switch
    {
        RoundEventKind.VersionReady when round.State is RoundState.Planned && round.Candidate is null =>
            round with { State = RoundState.Queued, Version = happened.Version },
        RoundEventKind.VersionReady when round.Version == happened.Version => round,
        RoundEventKind.TrainingStarted when round.State is RoundState.Queued => round with { State = RoundState.Training },
        RoundEventKind.TrainingStarted => round,
        RoundEventKind.Trained when round.Candidate == happened.Candidate && round.State >= RoundState.Evaluating => round,
        RoundEventKind.Trained when round.State is RoundState.Training
            || (round.State is RoundState.Planned && round.Candidate is not null && round.Candidate == happened.Candidate) =>
            round with { State = RoundState.Evaluating, Candidate = happened.Candidate, Train = happened.Train },
        RoundEventKind.Evaluated when !round.Measures.IsEmpty => round,
        RoundEventKind.Evaluated when round.State is RoundState.Evaluating =>
            round with { Measures = happened.Measures, HeldOutPairs = happened.HeldOutPairs },
        RoundEventKind.HeadToHeadMade when round.State is RoundState.AwaitingJudgments => round,
        RoundEventKind.HeadToHeadMade when round.State is RoundState.Evaluating && !round.Measures.IsEmpty =>
            round with { State = RoundState.AwaitingJudgments, HeadToHead = happened.HeadToHead, AwaitingSince = now },
        RoundEventKind.Decided when IsEnded(round.State) && round.Gate is not null => round,
        RoundEventKind.Decided when happened.Gate is { } gate && round.Candidate is not null && CanDecide(round) =>
            End(round, gate.Promote ? RoundState.Promoted : RoundState.Rejected, gate.Reason, now) with { Gate = gate },
        RoundEventKind.PromotedByHand when round.State is RoundState.Promoted => round,
        RoundEventKind.PromotedByHand when !IsEnded(round.State) && round.State > RoundState.Planned && round.Candidate is not null =>
            End(round, RoundState.Promoted, happened.Reason?.Detail ?? "Promoted by an operator.", now),
        RoundEventKind.RejectedByHand when round.State is RoundState.Rejected => round,
        RoundEventKind.RejectedByHand when !IsEnded(round.State) && round.State > RoundState.Planned && round.Candidate is not null =>
            End(round, RoundState.Rejected, happened.Reason?.Detail ?? "Rejected by an operator.", now),
        RoundEventKind.Cancelled when round.State is RoundState.Cancelled => round,
        RoundEventKind.Cancelled when !IsEnded(round.State) => End(round, RoundState.Cancelled, happened.Reason?.Detail ?? "Cancelled by an operator.", now),
        RoundEventKind.Failed when round.State is RoundState.Failed => round,
        RoundEventKind.Failed when !IsEnded(round.State) =>
            End(round, RoundState.Failed, happened.Reason?.Detail ?? "Failed.", now) with { Version = happened.Version ?? round.Version },
        RoundEventKind.Expired when round.State is RoundState.Expired => round,
        RoundEventKind.Expired when round.State is RoundState.AwaitingJudgments =>
            End(round, RoundState.Expired, $"Its head-to-head pairs were not judged within {round.Settings.Gate.ExpireHours} hours.", now),
        RoundEventKind.PairsClosed when IsEnded(round.State) => round with { PairsClosed = true },
        _ => new Refusal(RefusalCodes.WrongState, $"r{round.Number} is {round.State}: {happened.Kind} does not follow."),
    };

    /// <summary>The ledger event of a change from one view to another; null for changes that are no event.</summary>
    public static ProjectEvent? EventOf(RoundView? before, RoundView round)
    {
        var name = NumberedName.Of('r', round.Number);
        if (before is { State: var state } && state == round.State)
        {
            return before.Measures.IsEmpty && !round.Measures.IsEmpty
                ? new("round.evaluated", name, EventBody.Of(("round", name), ("policies", round.Measures.Length), ("held_out_pairs", round.HeldOutPairs)))
                : null;
        }

        return round.State switch
        {
            RoundState.Planned => new("round.planned", name, EventBody.Of(
                ("round", name), ("trigger", round.Trigger), ("candidate", round.Candidate), ("profile", round.Settings.Gate.Profile.ToString().ToLowerInvariant()))),
            RoundState.Queued => new("round.queued", name, EventBody.Of(
                ("round", name), ("version", round.Version), ("parent", round.Parent), ("reference", round.Reference), ("start", round.Start))),
            RoundState.Training => new("round.training", name, EventBody.Of(("round", name))),
            RoundState.Evaluating => new("round.trained", name, EventBody.Of(
                ("round", name), ("candidate", round.Candidate), ("rows", round.Train?.Rows), ("steps", round.Train?.Steps))),
            RoundState.AwaitingJudgments => new("round.awaiting-judgments", name, EventBody.Of(("round", name), ("pairs", round.HeadToHead))),
            RoundState.Promoted => Ended("round.promoted"),
            RoundState.Rejected => Ended("round.rejected"),
            RoundState.Expired => Ended("round.expired"),
            RoundState.Failed => Ended("round.failed"),
            _ => Ended("round.cancelled"),
        };

        ProjectEvent Ended(string kind) => new(kind, name, EventBody.Of(
            ("round", name), ("candidate", round.Candidate), ("by", round.Gate is null ? "operator or loop" : "gate"), ("reason", round.Reason)));
    }

    private static bool CanDecide(RoundView round) => round.Settings.Gate.Profile is GateProfile.Strict
        ? round.State is RoundState.AwaitingJudgments
        : round.State is RoundState.Evaluating && !round.Measures.IsEmpty;

    private static RoundView End(RoundView round, RoundState state, string reason, DateTimeOffset now) => round with { State = state, Reason = reason, Ended = now };
}
