using System.Globalization;
using System.Runtime.InteropServices;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>
/// What a project's ledger says of its pairs and annotators, kept by whoever tails it, with <see cref="OnlinePosterior"/> fresh after every judgment. Made from events only, so it can always be
/// made again. One thread at a time.
/// </summary>
/// <remarks>Lengths of texts are taken from the lengths of their stored rows, so that no text is read: good for routing and pages. Datasets fit the texts themselves.</remarks>
public sealed partial class AgreementModel
{
    internal const int None = -1;

    // Bytes of a response row beside its source and its text: ids, member names, marks.
    private const int RowBytes = 125;
    private readonly EntryList<PairFacts> _pairs = new();
    private readonly IdTable<PairFacts> _pairById;
    private readonly EntryList<Said> _said = new();
    private readonly List<AnnotatorFacts> _annotators = [];
    private readonly Dictionary<AnnotatorId, int> _annotatorById = [];
    private readonly EntryList<ItemFacts> _items = new();
    private readonly List<string> _sources = [];
    private readonly RankingAgreement _rankings = new();
    private readonly HashSet<int> _active = [];
    private OnlinePosterior? _posterior;
    private List<(JointJudgment Vote, bool Added)>? _sinceFit;
    private int _changes;

    /// <summary>Events taken in.</summary>
    public long Events { get; private set; }

    /// <summary>Server time of the newest of them.</summary>
    public DateTimeOffset Newest { get; private set; }

    /// <summary>Live counted votes.</summary>
    public int Votes { get; private set; }

    /// <summary>Pairs that have all votes they may have and are still open, without a senior's verdict.</summary>
    public int Disputed { get; private set; }

    /// <summary>Whole fits so far.</summary>
    public int Fits { get; private set; }

    /// <summary>The last whole fit, or null.</summary>
    public JointFit? Fit { get; private set; }

    /// <summary>What is believed of a pair now, or null without votes.</summary>
    public JointItem? Find(PairId id) => TryFind(id, out var pair) ? Believed(pair) : null;

    /// <summary>What is believed of an annotator now, or null without votes.</summary>
    public JointAnnotator? Find(AnnotatorId id) => _annotatorById.TryGetValue(id, out var k) && k < _posterior?.Annotators ? _posterior.Annotator(k) : null;

    /// <summary>True when votes have changed enough for a whole fit: by a tenth, and at once for the first.</summary>
    public bool IsFitDue => _sinceFit is null && Votes > 0 && (_posterior is null || _changes >= Math.Max(20, Votes / 10));

    /// <summary>Votes that were looked at since the last fit.</summary>
    internal long Visits => _posterior?.Visits ?? 0;

    /// <summary>The votes to fit. Until <see cref="EndFit"/> changes are remembered.</summary>
    public JointInput BeginFit()
    {
        _sinceFit = [];
        _changes = 0;
        var (style, votes, n) = (new double[_items.Count], new JointJudgment[Votes], 0);
        for (var item = 0; item < style.Length; item++)
        {
            style[item] = Pair(_items[item].Pair).Style;
        }

        for (var at = 0; at < _said.Count; at++)
        {
            if (_said[at].IsVote)
            {
                votes[n++] = Joint(_said[at]);
            }
        }

        return new(_annotators.Count, ImmutableCollectionsMarshal.AsImmutableArray(style), ImmutableCollectionsMarshal.AsImmutableArray(votes));
    }

    /// <summary>Goes on from a fit of what <see cref="BeginFit"/> gave; null when the fit failed.</summary>
    public void EndFit(OnlinePosterior? posterior, JointFit? fit)
    {
        var since = _sinceFit ?? [];
        _sinceFit = null;
        if (posterior is null)
        {
            return;
        }

        (_posterior, Fit) = (posterior, fit);
        Fits++;
        foreach (var (vote, added) in since)
        {
            Follow(vote, added);
        }

        Resettle();
    }

    internal ref PairFacts Pair(int pair) => ref _pairs.Edit(pair);

    internal static UInt128 Bits(PairId id) => UInt128.Parse(id.Value.AsSpan(3), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    internal static PairId IdOf(in PairFacts pair) => new("pa_" + pair.Id.ToString("x32", CultureInfo.InvariantCulture));

    private JointItem? Believed(int pair) => Pair(pair).Item is var item && item != None && item < _posterior?.Items ? _posterior.Item(item) : null;

    private bool TryFind(PairId id, out int pair) => (pair = _pairById.Find(Bits(id))) != None;

    private JointJudgment Joint(in Said said) => new(Pair(said.Pair).Item, said.Annotator, said.Choice, said.AOnLeft);

    private void Follow(JointJudgment vote, bool added)
    {
        if (_posterior is not { } posterior)
        {
            return;
        }

        while (posterior.Items <= vote.Item)
        {
            posterior.AddItem(Pair(_items[posterior.Items].Pair).Style);
        }

        while (posterior.Annotators <= vote.Annotator)
        {
            posterior.AddAnnotator();
        }

        if (added)
        {
            posterior.Add(vote);
        }
        else
        {
            posterior.Withdraw(vote.Item, vote.Annotator);
        }
    }

    private void Changed(in Said said, bool added)
    {
        Votes += added ? 1 : -1;
        _changes++;
        var vote = Joint(said);
        _sinceFit?.Add((vote, added));
        Follow(vote, added);
    }

    /// <summary>The verdict of all its votes; null when they differ or there are none.</summary>
    private Choice? Unanimous(int pair)
    {
        Choice? first = null;
        for (var said = Pair(pair).Newest; said != None; said = _said[said].Older)
        {
            if (_said[said].IsVote && (first ??= _said[said].Choice) != _said[said].Choice)
            {
                return null;
            }
        }

        return first;
    }

    private int AnnotatorOf(AnnotatorId id)
    {
        if (!_annotatorById.TryGetValue(id, out var annotator))
        {
            annotator = _annotators.Count;
            _annotators.Add(new(id));
            _annotatorById.Add(id, annotator);
        }

        return annotator;
    }

    private int SourceOf(string name)
    {
        var source = _sources.IndexOf(name);
        if (source < 0)
        {
            source = _sources.Count;
            _sources.Add(name);
        }

        return source;
    }

    private static UInt128 Bits(JudgmentId id) => Ulid.ToBits(id.Value);
}
