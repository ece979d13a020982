using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What a vote on each pair is worth, and how many votes pairs want.</summary>
public sealed partial class AgreementModel
{
    // Pairs a turn that only a fit or a setting has changed. At two turns a second a million take a few minutes and a tenth of a core.
    private const int ResettledATurn = 4000;
    private static readonly Comparer<(double Score, int Pair)> s_worstFirst = Comparer<(double Score, int Pair)>.Create(
        (x, y) => x.Score.CompareTo(y.Score) is not 0 and var order ? order : y.Pair.CompareTo(x.Pair));

    // Pairs to bring up to date; each knows that it is here.
    private readonly List<int> _touched = [];
    private readonly bool[] _stale;
    private readonly bool[] _ordered;
    private AssignmentSettings _settings = new();
    private Pace _pace = new(30, 150, 0);
    private int _resettle;
    private int _confident;

    /// <summary>A model without events.</summary>
    /// <param name="shards">Shards of the project.</param>
    public AgreementModel(int shards)
    {
        _pairById = new(_pairs);
        (_stale, _ordered) = (new bool[shards], new bool[shards]);
    }

    /// <summary>Usual time of a judgment, from a fit of times.</summary>
    public void SetPace(Pace pace) => _pace = pace;

    /// <summary>What was published to a shard did not arrive: everything of it is made again.</summary>
    public void Lost(int shard)
    {
        _stale[shard] = true;
        Resettle();
    }

    /// <summary>Brings scores, wanted votes and disputes of touched pairs up to date.</summary>
    /// <returns>The pairs that were touched, for <see cref="Mine"/>, and the changes of wanted votes by shard.</returns>
    public (int[] Touched, ILookup<int, WantedVotes> Wanted) Settle(AssignmentSettings settings)
    {
        var (touched, wanted) = (TakeTouched(settings), new List<(int Shard, WantedVotes Votes)>());
        Settle(touched, wanted);
        return (touched, wanted.ToLookup(entry => entry.Shard, entry => entry.Votes));
    }

    /// <summary>The pairs to bring up to date now: those that changed, and after a fit or a change of settings some of all the others, until all had their turn.</summary>
    public int[] TakeTouched(AssignmentSettings settings)
    {
        if (settings != _settings)
        {
            _settings = settings;
            Resettle();
            Array.Fill(_stale, true);
        }

        if (_posterior is null)
        {
            return [];
        }

        for (var left = ResettledATurn; left > 0 && _resettle > 0; left--)
        {
            Touch(_items[--_resettle].Pair);
        }

        int[] touched = [.. _touched];
        foreach (var pair in touched)
        {
            Pair(pair).Touched = false;
        }

        _touched.Clear();
        return touched;
    }

    /// <summary>Brings some pairs up to date.</summary>
    /// <param name="pairs">Of <see cref="TakeTouched"/>.</param>
    /// <param name="wanted">Takes changes of wanted votes.</param>
    public void Settle(ReadOnlySpan<int> pairs, ICollection<(int Shard, WantedVotes Votes)> wanted)
    {
        foreach (var pair in pairs)
        {
            if (Pair(pair).Purpose is Purpose.Vote)
            {
                Settle(pair, wanted);
            }
        }
    }

    /// <summary>The order of leasing of one shard when it has changed, or must go out with something else; else null.</summary>
    public LeasePriorities? OrderOf(int shard, bool must)
    {
        if (_posterior is null || !(_stale[shard] || must))
        {
            return null;
        }

        _stale[shard] = false;
        if (_settings.Routing != AssignmentSettings.Information)
        {
            var leaves = _ordered[shard];
            _ordered[shard] = false;
            return leaves || must ? new() : null;
        }

        _ordered[shard] = true;
        return new()
        {
            Pairs = [.. Best(shard).Select(best => new PairPriority(IdOf(Pair(best.Pair)), best.Score))],
            Fresh = _posterior.UsualGain(null) / _pace.Seconds,
            UniformShare = _settings.UniformShare,
        };
    }

    /// <summary>All pairs with votes have their turn anew.</summary>
    private void Resettle()
    {
        _resettle = _items.Count;
        _touched.RemoveAll(pair => Pair(pair).Item != None && !(Pair(pair).Touched = false));
        _touched.TrimExcess();   // before the first fit all pairs with votes were in it
    }

    private void Touch(int pair)
    {
        if (!Pair(pair).Touched)
        {
            Pair(pair).Touched = true;
            _touched.Add(pair);
        }
    }

    /// <summary>The pairs of a shard that are worth most, best first, older ones before equal newer ones.</summary>
    private IEnumerable<(double Score, int Pair)> Best(int shard)
    {
        var best = new PriorityQueue<int, (double Score, int Pair)>(s_worstFirst);
        for (var item = 0; item < _items.Count; item++)
        {
            ref readonly var facts = ref _items[item];
            if (facts.Shard != shard || double.IsNaN(facts.Score))
            {
                continue;
            }

            if (best.Count < LeasePriorities.MaxPairs)
            {
                best.Enqueue(item, (facts.Score, facts.Pair));
            }
            else
            {
                best.EnqueueDequeue(item, (facts.Score, facts.Pair));
            }
        }

        return best.UnorderedItems.Select(entry => entry.Priority).OrderByDescending(entry => entry, s_worstFirst);
    }

    private void Settle(int pair, ICollection<(int Shard, WantedVotes Votes)> wanted)
    {
        ref var facts = ref Pair(pair);
        var (item, unanimous) = (Believed(pair), Unanimous(pair));
        var wish = OverlapRules.Wanted(item, unanimous, facts.Least, facts.Overlap, _settings.Confidence);
        if (wish != facts.Wanted && !facts.Closed)
        {
            wanted.Add((facts.Shard, new(IdOf(facts), wish)));
        }

        var disputed = item is { } itself && facts is { Closed: false, InReview: false } && OverlapRules.IsDisputed(itself, unanimous, facts.Overlap, _settings.Confidence) && !IsAdjudicated(pair);
        if (disputed != facts.Disputed)
        {
            facts.Disputed = disputed;
            Disputed += disputed ? 1 : -1;
            _ = disputed ? _disputed.Add(pair) : _disputed.Remove(pair);
        }

        var confident = item is { } believed && Math.Max(believed.PABetter, 1 - believed.PABetter) >= _settings.Confidence;
        _confident += (confident ? 1 : 0) - (facts.Confident ? 1 : 0);
        facts.Confident = confident;
        var isOpen = item is not null && facts.Counted < wish && facts is { Closed: false, InReview: false };
        var score = isOpen ? _posterior!.UsualGain(facts.Item) / RoutingRules.ExpectedSeconds(_pace.Seconds, _pace.Words, facts.Words, _pace.Slope, 0) : double.NaN;
        if (facts.Item != None)
        {
            ref var known = ref _items.Edit(facts.Item).Score;
            _stale[facts.Shard] |= !known.Equals(score);
            known = score;
        }
    }
}
