using System.Globalization;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Why there is no pair for someone, and when to come back.</summary>
internal static class EmptyQueue
{
    /// <summary>An annotator who has not passed the project's practice yet.</summary>
    public static Dealt Practice { get; } = Empty("practice", "This project begins with practice pairs: you see after each what the guideline says of it. Real pairs come once enough answers were right.", 60);

    /// <summary>An annotator who is given no pairs for now, and why: the kind of evidence, not the pairs it is from.</summary>
    /// <param name="cause">Of the pause.</param>
    public static Dealt Paused(string cause)
    {
        var why = cause switch
        {
            "gold" => "Several of your answers to pairs whose answer is known were other than the known one",
            "reliability" => "Your verdicts agree with other people's less often than this project needs",
            _ => "An operator of this project has paused you",
        };
        return Empty("paused", $"{why}, so you get no new pairs for now. Everything you sent is kept. Please speak to whoever runs this project: an operator can let you go on.", 60);
    }

    /// <summary>Judgments of models are kept beside the slots, and a ranking has no such place.</summary>
    public static Dealt NotForModels { get; } = Empty("no-pairs", "This project takes rankings of people only: machine_votes is off.", 60);

    /// <summary>The reason, from what the shards said.</summary>
    /// <param name="statuses">Counts of all shards.</param>
    /// <param name="held">Pairs that others hold, and when the first of those leases lapses.</param>
    /// <param name="waits">What the project's loop waits for.</param>
    /// <param name="now">Now.</param>
    public static Dealt Of(IReadOnlyList<ShardStatus> statuses, (int Pairs, DateTimeOffset? NextLapse) held, string waits, DateTimeOffset now)
    {
        if (held.Pairs > 0)
        {
            return Held(Pairs(held.Pairs), held.NextLapse, now);
        }

        if (statuses.Any(status => status.OpenVoteSlots > 0))
        {
            return Empty("all-judged", "You have judged all that is open; the votes that are still wanted are other people's.", 15);
        }

        var review = statuses.Sum(status => status.InReview);
        return review > 0
            ? Empty("in-review", $"{Pairs(review)} waiting for an operator's review, and nothing else is open.", 30)
            : Empty("no-pairs", $"There is nothing to judge now.{(waits.Length > 0 ? " " + waits : "")}", 5);
    }

    /// <summary>The same of rankings.</summary>
    public static Dealt OfRankings(IReadOnlyList<ShardStatus> statuses, (int Rankings, DateTimeOffset? NextLapse) held, DateTimeOffset now) =>
        held.Rankings > 0 ? Held(held.Rankings is 1 ? "The one ranking that is left is" : string.Create(CultureInfo.InvariantCulture, $"The {held.Rankings} rankings that are left are"), held.NextLapse, now)
        : statuses.Any(status => status.OpenRankingSlots > 0) ? Empty("all-judged", "You have ranked all that is open; what is still wanted is other people's.", 15)
        : Empty("no-pairs", "There is nothing to rank now.", 5);

    private static Dealt Held(string left, DateTimeOffset? nextLapse, DateTimeOffset now)
    {
        var wait = nextLapse is { } at ? (int)Math.Ceiling((at - now).TotalSeconds) : 30;
        var until = nextLapse is { } lapse ? string.Create(CultureInfo.InvariantCulture, $" The first comes free at {lapse.UtcDateTime:HH:mm} UTC at the latest, if it is not judged before.") : "";
        return Empty("all-held", $"{left} in other people's hands.{until}", Math.Clamp(wait, 1, 60)) with { NextAt = nextLapse };
    }

    private static Dealt Empty(string reason, string detail, int seconds) => new([], 0) { Reason = reason, Detail = detail, RetryAfterSeconds = seconds };

    private static string Pairs(int count) => count is 1 ? "The one pair that is left is" : string.Create(CultureInfo.InvariantCulture, $"The {count} pairs that are left are");
}
