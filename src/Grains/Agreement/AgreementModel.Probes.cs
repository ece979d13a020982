using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Which hidden checks an annotator can be given, and which pairs wait for a senior.</summary>
public sealed partial class AgreementModel
{
    /// <summary>Posterior of a pair that is taken as gold.</summary>
    public const double MinedPosterior = 0.99;

    /// <summary>Its votes, at least, all of annotators whose reliability is known to be above <see cref="MinedReliability"/>.</summary>
    public const int MinedVotes = 4;

    /// <summary>Reliability less its standard error.</summary>
    public const double MinedReliability = 0.5;

    private const int Tries = 12;
    private readonly List<int> _gold = [];
    private readonly Dictionary<UInt128, Choice> _goldToCome = [];
    private readonly SortedSet<int> _disputed = [];

    /// <summary>Gold pairs known.</summary>
    public int Gold => _gold.Count;

    /// <summary>A gold pair that was never given to the annotator, with winners left and right, long and short in balance; null when there is none.</summary>
    public ProbeWish? NextGold(AnnotatorId id, ulong seed)
    {
        var annotator = _annotators[AnnotatorOf(id)];
        var stream = new RandomStream(seed);
        var (any, balanced) = (None, None);
        var start = _gold.Count is 0 ? 0 : stream.Below(_gold.Count);
        for (var i = 0; i < _gold.Count && balanced == None; i++)
        {
            var pair = _gold[(start + i) % _gold.Count];
            if (annotator.GoldGiven.Contains(pair) || Pair(pair).InReview || HasJudged(pair, _annotatorById[id]))
            {
                continue;
            }

            any = any == None ? pair : any;
            balanced = annotator.GoldLong == 0 || Pair(pair).Gold is not (Choice.A or Choice.B) || Pair(pair).LongWins == annotator.GoldLong < 0 ? pair : None;
        }

        var chosen = balanced != None ? balanced : any;
        if (chosen == None)
        {
            return null;
        }

        var left = annotator.GoldLeft == 0 ? stream.Unit() < 0.5 : annotator.GoldLeft < 0;
        ShownOrder? order = Pair(chosen).Gold is Choice.A or Choice.B ? (Pair(chosen).Gold is Choice.A == left ? ShownOrder.Ab : ShownOrder.Ba) : null;
        return new(IdOf(Pair(chosen)), Purpose.Gold, order);
    }

    /// <summary>A pair the annotator voted on at least <paramref name="gap"/> own votes ago, mirrored, his winners left and right, long and short in balance; null when there is none that was not repeated already.</summary>
    public ProbeWish? NextRepeat(AnnotatorId id, int gap, ulong seed)
    {
        if (!_annotatorById.TryGetValue(id, out var k) || _annotators[k].Votes.Count <= gap)
        {
            return null;
        }

        var annotator = _annotators[k];
        var stream = new RandomStream(seed);
        ProbeWish? any = null;
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var said = _said[annotator.Votes[stream.Below(annotator.Votes.Count - gap)]];
            if (said.Live && !Pair(said.Pair).InReview && !annotator.RepeatGiven.Contains(said.Pair))
            {
                var wish = new ProbeWish(IdOf(Pair(said.Pair)), Purpose.Repeat, said.AOnLeft ? ShownOrder.Ba : ShownOrder.Ab);
                if (Balances(annotator, said))
                {
                    return wish;
                }

                any ??= wish;
            }
        }

        return any;
    }

    /// <summary>Mirrored, his winner falls where fewer fell so far: on that side, and with that length.</summary>
    private bool Balances(AnnotatorFacts annotator, in Said said) => said.Choice is not (Choice.A or Choice.B)
        || ((annotator.RepeatLeft == 0 || !said.IsLeft == annotator.RepeatLeft < 0) && (annotator.RepeatLong == 0 || Pair(said.Pair).IsLonger(said.Choice) == annotator.RepeatLong < 0));

    /// <summary>The shard did not grant a probe: it is not tried again.</summary>
    public void Refused(AnnotatorId id, ProbeWish wish)
    {
        if (TryFind(wish.Pair, out var pair))
        {
            var annotator = _annotators[AnnotatorOf(id)];
            _ = wish.Purpose is Purpose.Repeat ? annotator.RepeatGiven.Add(pair) : annotator.GoldGiven.Add(pair);
        }
    }

    /// <summary>Disputed pairs that the annotator never judged, oldest first.</summary>
    public ImmutableArray<PairId> NextDisputed(AnnotatorId id, int count)
    {
        var annotator = _annotatorById.GetValueOrDefault(id, None);
        return [.. _disputed.Where(pair => annotator == None || !HasJudged(pair, annotator)).Take(count).Select(pair => IdOf(Pair(pair)))];
    }

    /// <summary>What others said of a pair, oldest first, as the adjudicator's screen showed its sides; null until his own verdict is there.</summary>
    public ImmutableArray<OtherVote>? OthersOf(PairId id, AnnotatorId by)
    {
        if (!TryFind(id, out var pair) || !_annotatorById.TryGetValue(by, out var k))
        {
            return null;
        }

        var (own, others) = ((Said?)null, new List<OtherVote>());
        for (var at = Pair(pair).Newest; at != None; at = _said[at].Older)
        {
            own ??= _said[at] is { Live: true, Purpose: Purpose.Adjudication } said && said.Annotator == k ? said : null;
        }

        for (var at = Pair(pair).Newest; at != None && own is not null; at = _said[at].Older)
        {
            if (_said[at].IsVote)
            {
                others.Insert(0, new(_annotators[_said[at].Annotator].Id, _said[at].Choice, _said[at].Choice is Choice.A == own.Value.AOnLeft, _said[at].Strength));
            }
        }

        return own is null ? null : [.. others];
    }

    /// <summary>Pairs touched since the last call that many reliable votes agree on, with their answers.</summary>
    public IReadOnlyList<(PairId Pair, Choice Answer)> Mine(IEnumerable<int> touched, int most)
    {
        var found = new List<(PairId, Choice)>();
        foreach (var pair in touched)
        {
            if (found.Count >= most - _gold.Count)
            {
                break;
            }

            if (Pair(pair) is { Purpose: Purpose.Vote, Gold: Choice.Skip, InReview: false } && Believed(pair) is { } item && item.Decided >= MinedVotes
                && Math.Max(item.PABetter, 1 - item.PABetter) > MinedPosterior && !Any(pair, said => said.IsVote && !IsReliable(said.Annotator)))
            {
                found.Add((IdOf(Pair(pair)), item.PABetter > 0.5 ? Choice.A : Choice.B));
            }
        }

        return found;
    }

    private bool IsReliable(int annotator) => _posterior!.Annotator(annotator) is var found && found.Reliability - found.ReliabilityError > MinedReliability;

    private bool HasJudged(int pair, int annotator) => Any(pair, said => said.Annotator == annotator);

    private bool IsAdjudicated(int pair) => Any(pair, said => said is { Live: true, Purpose: Purpose.Adjudication, Choice: not Choice.Skip });

    private bool Any(int pair, Func<Said, bool> holds)
    {
        for (var said = Pair(pair).Newest; said != None; said = _said[said].Older)
        {
            if (holds(_said[said]))
            {
                return true;
            }
        }

        return false;
    }
}
