using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Lists with filters: the entries are walked as they lie, 64 bytes each, so that a million takes some milliseconds and no filter needs an index of its own.</summary>
internal sealed partial class ShardIndex
{
    /// <summary>The first pair at or behind <paramref name="from"/>, before <paramref name="end"/>, that fits; or <paramref name="end"/>.</summary>
    public int NextPair(PairFilter filter, int from, int end)
    {
        var origin = filter.Origin is null ? (int?)null : _originByName.GetValueOrDefault(filter.Origin, None);
        for (var pair = from; pair < end; pair++)
        {
            ref readonly var entry = ref Pair(pair);
            if ((origin is null || entry.Origin == origin) && (filter.Purpose is { } purpose ? entry.Purpose == (byte)purpose : entry.Purpose != (byte)Purpose.Ranking)
                && (!filter.Reported || entry.Reports > 0) && (filter.State is null || StateOf(entry) == filter.State))
            {
                return pair;
            }
        }

        return end;
    }

    /// <summary>The pair as lists show it.</summary>
    public PairItem ItemOf(int pair)
    {
        ref readonly var entry = ref Pair(pair);
        return new()
        {
            Id = IdOf(pair),
            Row = new BlobSlice(_segments[entry.Segment], entry.Offset, entry.Length),
            Origin = _origins[entry.Origin],
            Purpose = (Purpose)entry.Purpose,
            State = StateOf(entry),
            Overlap = entry.Overlap,
            Wanted = entry.Wanted,
            Counted = entry.Counted,
            Leased = entry.Leased,
            Skips = entry.Skips,
            Reports = entry.Reports,
        };
    }

    /// <summary>The number behind the last judgment that was stored before a time. Times strictly increase.</summary>
    public int JudgmentsBefore(long time)
    {
        var (low, high) = (0, _judgments.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Judgment(middle).Time < time ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The last judgment before number <paramref name="before"/>, not below <paramref name="end"/>, that fits; or <see cref="None"/>.</summary>
    public int PreviousJudgment(JudgmentFilter filter, int before, int end)
    {
        var annotator = filter.Annotator is { } id ? TryFindAnnotator(id) : (int?)null;
        if (annotator == None)
        {
            return None;
        }

        for (var judgment = before - 1; judgment >= end; judgment--)
        {
            ref readonly var entry = ref Judgment(judgment);

            // An undo ends with its own event and is no judgment.
            if (entry.EndedSeq != entry.Seq && (annotator is null || entry.Annotator == annotator) && (filter.Choice is null || entry.Choice == (byte)filter.Choice)
                && (filter.Counted ?? entry.Counted) == entry.Counted && (filter.Live ?? entry.IsLive) == entry.IsLive && (filter.Reported ?? entry.Reported) == entry.Reported
                && (filter.Purpose is null || PurposeOf(entry.Pair, entry.Purpose) == filter.Purpose))
            {
                return judgment;
            }
        }

        return None;
    }

    /// <summary>The judgment as lists show it.</summary>
    public JudgmentItem ItemOfJudgment(int judgment)
    {
        ref readonly var entry = ref Judgment(judgment);
        return new(ViewOf(judgment), IdOf(entry.Pair), entry.IsLive, entry.Reported);
    }

    private static PairState StateOf(in PairEntry entry) =>
        entry.Closed ? PairState.Closed : entry.InReview ? PairState.Review : entry.IsOpen ? PairState.Open : PairState.Judged;

    private Pairs.JudgmentView ViewOf(int judgment)
    {
        ref readonly var entry = ref Judgment(judgment);
        return new(
            IdOf(entry), entry.Seq, _annotators[entry.Annotator], new Verdict((Choice)entry.Choice, entry.Strength == 0 ? null : entry.Strength),
            PurposeOf(entry.Pair, entry.Purpose), entry.Counted, LedgerTime.To(entry.Time))
        {
            Ranking = RankingOf(judgment),
        };
    }
}
