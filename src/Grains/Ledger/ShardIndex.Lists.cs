using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Lists with filters: the entries are walked as they lie, 64 and 12 bytes each, so that a million takes some milliseconds and no filter needs an index of its own.</summary>
internal sealed partial class ShardIndex
{
    private readonly EntryList<PairNote> _notes = new();
    private readonly List<string> _noteTexts = [];
    private readonly Dictionary<string, int> _noteByText = new(StringComparer.Ordinal);

    /// <summary>A filter, ready for many pairs.</summary>
    public PairSearch SearchOf(PairFilter filter) => new(this, filter, filter.Origin is null ? null : _originByName.GetValueOrDefault(filter.Origin, None));

    /// <summary>What lists ask of the pair.</summary>
    public ref readonly PairNote Note(int pair) => ref _notes[pair];

    /// <summary>Writers of A and B, the prompt's language (or nothing) and tags, a line each.</summary>
    public string NoteText(int number) => _noteTexts[number];

    /// <summary>How far the pair has come.</summary>
    public static PairState StateOf(in PairEntry entry) =>
        entry.Closed ? PairState.Closed : entry.InReview ? PairState.Review : entry.IsOpen ? PairState.Open : PairState.Judged;

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
            if (Fits(Judgment(judgment), filter, annotator))
            {
                return judgment;
            }
        }

        return None;
    }

    /// <summary>A pair's judgments with numbers from <paramref name="end"/> to below <paramref name="before"/> that fit, newest first.</summary>
    public IEnumerable<int> JudgmentsOfPair(Pairs.PairId id, JudgmentFilter filter, int before, int end)
    {
        var annotator = filter.Annotator is { } person ? TryFindAnnotator(person) : (int?)null;
        for (var judgment = TryFindPair(id) is >= 0 and var pair ? Pair(pair).FirstJudgment : None; judgment != None; judgment = Judgment(judgment).NextOfPair)
        {
            if (judgment < before && judgment >= end && Fits(Judgment(judgment), filter, annotator))
            {
                yield return judgment;
            }
        }
    }

    /// <summary>The judgment as lists show it.</summary>
    public JudgmentItem ItemOfJudgment(int judgment)
    {
        ref readonly var entry = ref Judgment(judgment);
        return new(ViewOf(judgment), IdOf(entry.Pair), entry.IsLive, entry.Reported);
    }

    // An undo ends with its own event and is no judgment.
    private bool Fits(in JudgmentEntry entry, JudgmentFilter filter, int? annotator) =>
        entry.EndedSeq != entry.Seq && (annotator is null || entry.Annotator == annotator) && (filter.Choice is null || entry.Choice == (byte)filter.Choice)
            && (filter.Counted ?? entry.Counted) == entry.Counted && (filter.Live ?? entry.IsLive) == entry.IsLive && (filter.Reported ?? entry.Reported) == entry.Reported
            && (filter.Purpose is null || PurposeOf(entry.Pair, entry.Purpose) == filter.Purpose);

    private void AddNote(Pairs.PairRecord record) => _notes.Add(new()
    {
        Prompt = PairSearch.Bits(record.Prompt),
        Text = NoteOf(string.Join('\n', [record.ASource, record.BSource, record.Lang ?? "", .. record.Tags ?? []])),
    });

    private int NoteOf(string text)
    {
        if (!_noteByText.TryGetValue(text, out var number))
        {
            number = _noteTexts.Count;
            _noteTexts.Add(text);
            _noteByText.Add(text, number);
        }

        return number;
    }

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
