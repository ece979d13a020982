using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary><c>majority/1</c>: the verdict that most votes name, if no other verdict has as many. <c>majority/2</c>: an adjudication decides where there is one; else the same.</summary>
public sealed class MajorityAggregator(bool adjudicated = false) : IAggregator
{
    /// <inheritdoc/>
    public string Name => adjudicated ? "majority/2" : "majority/1";

    /// <inheritdoc/>
    public bool NeedsPosteriors => false;

    /// <inheritdoc/>
    public Aggregate Of(PairVotes votes, double posterior)
    {
        var verdicts = votes.Votes.Select(vote => vote.Verdict).ToImmutableArray();
        return adjudicated && votes.Adjudicated is { } decided ? Decided(decided, verdicts) : Of(verdicts);
    }

    /// <summary>The verdict of votes.</summary>
    public static Aggregate Of(ImmutableArray<Verdict> votes)
    {
        var (a, b, tie, bad) = Count(votes);
        var n = votes.Length;
        if (n is 0)
        {
            return new(null, 0.5, 0, 0, null);
        }

        var tieShare = (tie + bad) / (double)n;
        var most = Math.Max(Math.Max(a, b), Math.Max(tie, bad));
        var leaders = (a == most ? 1 : 0) + (b == most ? 1 : 0) + (tie == most ? 1 : 0) + (bad == most ? 1 : 0);
        var pa = (a + (0.5 * (tie + bad))) / n;
        if (leaders > 1)
        {
            return new(null, 0.5, 0, tieShare, null) { PA = pa };
        }

        var choice = a == most ? Choice.A : b == most ? Choice.B : tie == most ? Choice.Tie : Choice.BothBad;
        return Verdict(choice, votes, most, n, tieShare) with { PA = pa };
    }

    /// <summary>The adjudicator's verdict; shares are still those of the votes, and his own verdict counts as one more.</summary>
    private static Aggregate Decided(Verdict decided, ImmutableArray<Verdict> votes)
    {
        var all = votes.Add(decided);
        var (a, b, tie, bad) = Count(all);
        var same = decided.Choice switch { Choice.A => a, Choice.B => b, Choice.Tie => tie, _ => bad };
        var pa = decided.Choice switch { Choice.A => 1, Choice.B => 0, _ => 0.5 };
        var of = Verdict(decided.Choice, all, same, all.Length, (tie + bad) / (double)all.Length);
        return of with { PA = pa, PChosen = decided.Choice is Choice.A or Choice.B ? 1 : 0.5 };
    }

    private static Aggregate Verdict(Choice choice, ImmutableArray<Verdict> votes, int same, int n, double tieShare)
    {
        var agreement = same / (double)n;
        if (choice is not (Choice.A or Choice.B))
        {
            return new(choice, 0.5, agreement, tieShare, null);
        }

        return new(choice, (same + (0.5 * tieShare * n)) / n, agreement, tieShare, Strength(votes, choice));
    }

    /// <summary>Mean strength of the votes for a side that have one, or null.</summary>
    internal static double? Strength(ImmutableArray<Verdict> votes, Choice side)
    {
        var (sum, count) = (0, 0);
        foreach (var vote in votes)
        {
            if (vote.Choice == side && vote.Strength is { } strength)
            {
                (sum, count) = (sum + strength, count + 1);
            }
        }

        return count is 0 ? null : sum / (double)count;
    }

    internal static (int A, int B, int Tie, int BothBad) Count(ImmutableArray<Verdict> votes)
    {
        var (a, b, tie, bad) = (0, 0, 0, 0);
        foreach (var vote in votes)
        {
            switch (vote.Choice)
            {
                case Choice.A: a++; break;
                case Choice.B: b++; break;
                case Choice.Tie: tie++; break;
                case Choice.BothBad: bad++; break;
                default: break;
            }
        }

        return (a, b, tie, bad);
    }
}
