using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>How many votes a pair wants: its least number, and one more at a time while those it has disagree and do not decide it.</summary>
public static class OverlapRules
{
    /// <summary>Posterior under which even votes that agree tell hardly anything (one vote of a usual annotator comes to about 0.74): those who gave them are not to be relied on.</summary>
    public const double Nothing = 0.6;

    /// <summary>Votes wanted now.</summary>
    /// <param name="item">What is believed of the pair, or null without votes.</param>
    /// <param name="unanimous">The verdict of all votes, or null when they differ.</param>
    /// <param name="least">Votes wanted at first.</param>
    /// <param name="most">Votes it may have at most.</param>
    /// <param name="confidence">Posterior at which it is decided.</param>
    public static int Wanted(JointItem? item, Choice? unanimous, int least, int most, double confidence)
    {
        if (item is not { } known || known.Votes < least)
        {
            return least;
        }

        var posterior = Math.Max(known.PABetter, 1 - known.PABetter);
        var agreed = unanimous is Choice.Tie or Choice.BothBad || (unanimous is not null && posterior >= Nothing);
        return Math.Min(most, known.Votes + (agreed || posterior >= confidence ? 0 : 1));
    }

    /// <summary>It has all votes that it may have, they differ, and they leave it open: someone senior decides.</summary>
    public static bool IsDisputed(JointItem item, Choice? unanimous, int most, double confidence) =>
        item.Votes >= most && unanimous is null && Math.Max(item.PABetter, 1 - item.PABetter) < confidence;
}
