using Orleans.Dpo.Trainer.Metrics;

namespace Orleans.Dpo.Trainer.Reports;

/// <summary>Finds pairs that training keeps disagreeing with, from the margins of <c>pairs.jsonl</c> over time.</summary>
/// <remarks>
/// Visits are read in groups that were met one after another. A group counts once the run has learned: its median margin lies above 0 by more than its noise. Each visit of it is
/// scored by its distance from the median in robust standard deviations (1.4826 · MAD). A pair is suspect when its margin was negative at every visit that counted and its mean score
/// is at most <see cref="Limit"/>. It is the area under the margin of arXiv:2001.10528, made comparable between early and late visits.
/// </remarks>
internal static class SuspectPairs
{
    /// <summary>Mean score from which on a pair is suspect.</summary>
    public const double Limit = -2;

    /// <summary>Visits that are compared with each other.</summary>
    private const int GroupSize = 64;
    private const int LeastGroup = 8;

    /// <returns>Suspect pairs, the most suspect first.</returns>
    public static IReadOnlyList<SuspectPair> Find(IEnumerable<PairVisit> visits)
    {
        var tallies = new Dictionary<int, Tally>();
        var group = new List<PairVisit>();
        foreach (var visit in visits)
        {
            group.Add(visit);
            if (group.Count == GroupSize)
            {
                Count(group, tallies);
                group.Clear();
            }
        }

        Count(group, tallies);
        return [.. tallies.Values
            .Where(tally => tally.AllNegative && tally.Visits > 0 && tally.Score / tally.Visits <= Limit)
            .Select(tally => new SuspectPair(tally.Line, tally.Pair, tally.Score / tally.Visits, tally.Visits, tally.Margin / tally.Visits, tally.Last))
            .OrderBy(pair => pair.Score).ThenBy(pair => pair.Line)];
    }

    private static void Count(List<PairVisit> group, Dictionary<int, Tally> tallies)
    {
        if (group.Count < LeastGroup)
        {
            return;
        }

        var median = Median(group.Select(visit => (double)visit.Margin));
        var deviation = 1.4826 * Median(group.Select(visit => Math.Abs(visit.Margin - median)));
        // Twice the standard error of a median; below it the run has not learned yet.
        if (!(deviation > 0) || !(median > 2 * 1.2533 * deviation / Math.Sqrt(group.Count)))
        {
            return;
        }

        foreach (var visit in group)
        {
            if (!tallies.TryGetValue(visit.Line, out var tally))
            {
                tallies[visit.Line] = tally = new Tally(visit.Line, visit.Pair);
            }

            tally.Add(visit.Margin, (visit.Margin - median) / deviation);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private sealed class Tally(int line, string pair)
    {
        public int Line => line;

        public string Pair => pair;

        public int Visits { get; private set; }

        public double Score { get; private set; }

        public double Margin { get; private set; }

        public double Last { get; private set; }

        public bool AllNegative { get; private set; } = true;

        public void Add(double margin, double score)
        {
            (Visits, Score, Margin, Last) = (Visits + 1, Score + score, Margin + margin, margin);
            AllNegative &= margin < 0;
        }
    }
}
