using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>State of a shard in memory, durable and pending: what the events up to now add up to. About 120 bytes a pair and 70 a judgment.</summary>
/// <remarks>Changed by events only, so a replay gives the same state. Lapsing follows from event times: docs/formats/ledger.md, "Leases".</remarks>
internal sealed partial class ShardIndex
{
    public const int None = -1;

    private readonly EntryList<PairEntry> _pairs = new();
    private readonly EntryList<LeaseEntry> _leases = new();
    private readonly EntryList<JudgmentEntry> _judgments = new();
    private readonly List<AnnotatorId> _annotators = [];
    private readonly List<string> _segments = [];
    private readonly List<string> _origins = [];
    private readonly IdTable<PairEntry> _pairById;
    private readonly IdTable<JudgmentEntry> _judgmentById;
    private readonly Dictionary<AnnotatorId, int> _annotatorById = [];
    private readonly Dictionary<string, int> _originByName = new(StringComparer.Ordinal);

    // Leases that have not ended, by annotator: few, and only of people who are here now.
    private readonly Dictionary<int, HeldLeases> _activeLeases = [];

    // Places of leases under which something was judged: the judgment knows them.
    private readonly Stack<int> _freeLeases = new();
    private readonly Dictionary<int, List<int>> _headToHead = [];

    // Pairs with a free slot in leasing order; see SortKey.
    private readonly SortedSet<long> _leasable = [];
    private ShardStatus _status = new();

    // No active lease lapses before this.
    private long _nextLapse = long.MaxValue;

    public ShardIndex() => (_pairById, _judgmentById) = (new(_pairs), new(_judgments));

    /// <summary>The published order of leasing, or null. Not part of the state: it is in no event and no snapshot.</summary>
    public LeaseBoard? Board { get; private set; }

    /// <summary>Pairs with a free slot in leasing order: head-to-head first, then by priority, then by arrival.</summary>
    public IEnumerable<int> Leasable => _leasable.Select(PairOf);

    public int PairCount => _pairs.Count;

    public int TryFindPair(PairId id) => _pairById.Find(Bits(id)) is var pair && pair != None && IsRanking(pair) == id.IsRanking ? pair : None;

    public int TryFindJudgment(JudgmentId id) => _judgmentById.Find(Ulid.ToBits(id.Value));

    public int TryFindAnnotator(AnnotatorId id) => _annotatorById.TryGetValue(id, out var annotator) ? annotator : None;

    public ref readonly PairEntry Pair(int pair) => ref _pairs[pair];

    public ref readonly JudgmentEntry Judgment(int judgment) => ref _judgments[judgment];

    public ref readonly LeaseEntry Lease(int lease) => ref _leases[lease];

    public string Origin(int pair) => _origins[Pair(pair).Origin];

    public AnnotatorId Annotator(int annotator) => _annotators[annotator];

    public PairId IdOf(int pair) => new((IsRanking(pair) ? "rk_" : "pa_") + Pair(pair).Id.ToString("x32", CultureInfo.InvariantCulture));

    public static LeaseId IdOf(in LeaseEntry lease) => new("le_" + Ulid.FromBits(lease.Id));

    public static JudgmentId IdOf(in JudgmentEntry judgment) => new(Ulid.FromBits(judgment.Id));

    /// <summary>Where the pair's row lies.</summary>
    public (string Segment, long Offset, int Length) RowOf(int pair) => (_segments[Pair(pair).Segment], Pair(pair).Offset, Pair(pair).Length);

    /// <summary>The annotator's lease of the pair that has not ended, or <see cref="None"/>.</summary>
    public int ActiveLease(int pair, int annotator)
    {
        for (var lease = Pair(pair).FirstLease; lease != None; lease = Lease(lease).NextOfPair)
        {
            if (Lease(lease).Active && Lease(lease).Annotator == annotator)
            {
                return lease;
            }
        }

        return None;
    }

    /// <summary>The annotator's lease of one of the pair's slots that has not ended (or, with a purpose, of such a probe), or <see cref="None"/>.</summary>
    public int ActiveLease(int pair, int annotator, byte purpose)
    {
        for (var lease = Pair(pair).FirstLease; lease != None; lease = Lease(lease).NextOfPair)
        {
            if (Lease(lease).Active && Lease(lease).Annotator == annotator && Lease(lease).Purpose == purpose)
            {
                return lease;
            }
        }

        return None;
    }

    /// <summary>Whether the annotator was ever given a lease of the pair, and whether it was this one; then also what probe it is for, and the lease itself until its first judgment.</summary>
    public (bool Any, bool This, byte Probe, int Lease) WasGiven(int pair, int annotator, UInt128 id)
    {
        var any = false;
        for (var lease = Pair(pair).FirstLease; lease != None; lease = Lease(lease).NextOfPair)
        {
            if (Lease(lease).Annotator == annotator)
            {
                any = true;
                if (Lease(lease).Id == id)
                {
                    return (true, true, Lease(lease).Purpose, lease);
                }
            }
        }

        for (var judgment = Pair(pair).FirstJudgment; judgment != None; judgment = Judgment(judgment).NextOfPair)
        {
            if (Judgment(judgment).Annotator == annotator)
            {
                any = true;
                if (Judgment(judgment).Lease == (ulong)id)
                {
                    return (true, true, Judgment(judgment).Purpose, None);
                }
            }
        }

        return (any, false, 0, None);
    }

    /// <summary>The annotator's latest live judgment of the pair, skips too, or <see cref="None"/>; with a purpose, the latest of it.</summary>
    public int LiveJudgment(int pair, int annotator, byte? purpose = null)
    {
        var latest = None;
        for (var judgment = Pair(pair).FirstJudgment; judgment != None; judgment = Judgment(judgment).NextOfPair)
        {
            if (Judgment(judgment).IsLive && Judgment(judgment).Annotator == annotator && (purpose ?? Judgment(judgment).Purpose) == Judgment(judgment).Purpose && (latest == None || Judgment(judgment).Seq > Judgment(latest).Seq))
            {
                latest = judgment;
            }
        }

        return latest;
    }

    /// <summary>True when a live judgment of the annotator, other than <paramref name="except"/>, fills one of the pair's slots.</summary>
    public bool HasCounted(int pair, int annotator, int except)
    {
        for (var judgment = Pair(pair).FirstJudgment; judgment != None; judgment = Judgment(judgment).NextOfPair)
        {
            ref readonly var entry = ref Judgment(judgment);
            if (judgment != except && entry.IsLive && entry.Counted && entry.Annotator == annotator)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The newest lease of one of the pair's slots that has not ended, or <see cref="None"/>.</summary>
    public int NewestActiveLease(int pair)
    {
        for (var lease = Pair(pair).FirstLease; lease != None; lease = Lease(lease).NextOfPair)
        {
            if (Lease(lease) is { Active: true, IsProbe: false })
            {
                return lease;
            }
        }

        return None;
    }

    /// <summary>Leases of an annotator that have not ended.</summary>
    public IReadOnlyList<int> ActiveLeasesOf(int annotator) => _activeLeases.TryGetValue(annotator, out var held) ? held.Leases : [];

    /// <summary>All leases that have not ended.</summary>
    public IEnumerable<int> AllActiveLeases => _activeLeases.Values.SelectMany(held => held.Leases);

    /// <summary>When a lease that has not ended will.</summary>
    public long ExpiresOf(int lease) => _activeLeases[Lease(lease).Annotator].Expires(Lease(lease));

    /// <summary>Takes a published order in; one that leases everything uniformly is none.</summary>
    public void Publish(LeasePriorities priorities)
    {
        if (priorities.UniformShare >= 1)
        {
            Board = null;
            return;
        }

        var pool = Board?.Pool ?? new UniformPool(Leasable.Where(pair => Pair(pair).Purpose == (byte)Purpose.Vote));
        Board = new(pool, priorities, TryFindPair);
    }

    /// <summary>Ends leases whose time is over. Their end follows from the events before, so it needs no event of its own.</summary>
    public void Lapse(long now)
    {
        if (now <= _nextLapse)
        {
            return;
        }

        _nextLapse = long.MaxValue;
        foreach (var (annotator, held) in _activeLeases)
        {
            LapseOf(annotator, held, now);
            _nextLapse = Math.Min(_nextLapse, held.FirstLapse);
        }
    }

    /// <summary>Counts and open slots now; head and lapsing leases are the caller's to add.</summary>
    public ShardStatus Status(long seq) => _status = _status with { Seq = seq };

    /// <summary>Live judgments of a pair as of an event, in ledger order.</summary>
    public ImmutableArray<JudgmentView> JudgmentsAt(int pair, long seq)
    {
        var views = ImmutableArray.CreateBuilder<JudgmentView>();
        for (var judgment = Pair(pair).FirstJudgment; judgment != None; judgment = Judgment(judgment).NextOfPair)
        {
            ref readonly var entry = ref Judgment(judgment);
            if (entry.WasLiveAt(seq))
            {
                views.Add(ViewOf(judgment));
            }
        }

        views.Sort((one, other) => one.Seq.CompareTo(other.Seq));
        return views.DrainToImmutable();
    }

    /// <summary>Head-to-head pairs of one origin.</summary>
    public IEnumerable<int> HeadToHeadOf(string origin) =>
        _originByName.TryGetValue(origin, out var number) && _headToHead.TryGetValue(number, out var pairs) ? pairs : [];

    /// <summary>A probe's purpose, or the pair's.</summary>
    public Purpose PurposeOf(int pair, byte probe) => (Purpose)(probe == 0 ? Pair(pair).Purpose : probe);

    /// <summary>The byte that stands for a purpose: 0 for the purposes of slots.</summary>
    public static byte ProbeOf(Purpose? purpose) => purpose is null or Purpose.Vote or Purpose.HeadToHead or Purpose.Ranking ? (byte)0 : (byte)purpose;

    private static UInt128 Bits(PairId id) => UInt128.Parse(id.Value.AsSpan(3), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Orders pairs: one bit for the purpose, 32 for the priority (larger first), 30 for the arrival.</summary>
    private static long SortKey(int pair, in PairEntry entry) =>
        (entry.Purpose == (byte)Purpose.HeadToHead ? 0L : 1L << 62) | ((int.MaxValue - (long)entry.Priority) << 30) | (uint)pair;

    private void LapseOf(int annotator, HeldLeases held, long now)
    {
        if (held.FirstLapse >= now)
        {
            return;
        }

        var least = short.MaxValue;
        for (var i = held.Leases.Count - 1; i >= 0; i--)
        {
            var lease = held.Leases[i];
            if (held.Expires(Lease(lease)) < now)
            {
                End(annotator, lease, held.Leases, i);
            }
            else
            {
                least = Math.Min(least, Lease(lease).Minutes);
            }
        }

        held.LeastMinutes = least;
    }

    // An annotator keeps an empty list for a while: Lapse walks the dictionary and must not change it.
    private void End(int annotator, int lease, List<int> leases, int position)
    {
        leases.RemoveAt(position);
        ref var ended = ref _leases.Edit(lease);
        (ended.Active, ended.Expires) = (false, 0);
        CameBack(annotator, Lease(lease).Pair);
        if (!Lease(lease).IsProbe)
        {
            Change(Lease(lease).Pair, static (ref PairEntry entry) => entry.Leased--);
        }
    }

    private void End(int lease)
    {
        if (lease != None && Lease(lease).Active)
        {
            var leases = _activeLeases[Lease(lease).Annotator].Leases;
            End(Lease(lease).Annotator, lease, leases, leases.IndexOf(lease));
        }
    }

    private delegate void PairChange(ref PairEntry entry);

    /// <summary>The only way a pair's counts change: the shard's totals and the leasing order follow.</summary>
    private void Change(int pair, PairChange change)
    {
        ref var entry = ref _pairs.Edit(pair);
        var before = entry;
        change(ref entry);
        Account(pair, before, entry);
    }

    private void Account(int pair, in PairEntry before, in PairEntry after)
    {
        var (wasLeasable, isLeasable) = (before.IsOpen && before.Free > 0, after.IsOpen && after.Free > 0);
        if (wasLeasable != isLeasable)
        {
            var key = SortKey(pair, after);
            var queue = after.Purpose == (byte)Purpose.Ranking ? _rankable : _leasable;
            if (isLeasable)
            {
                queue.Add(key);
                CameBack(key);
            }
            else
            {
                queue.Remove(key);
            }

            Board?.Pool.Set(pair, isLeasable && after.Purpose == (byte)Purpose.Vote);
        }

        var counted = after.Counted - before.Counted;
        var open = (after.IsOpen ? after.Wanted - after.Counted : 0) - (before.IsOpen ? before.Wanted - before.Counted : 0);
        var review = (after.InReview ? 1 : 0) - (before.InReview ? 1 : 0);
        if (counted == 0 && open == 0 && review == 0)
        {
            return;
        }

        if (after.Purpose == (byte)Purpose.Ranking)
        {
            _status = _status with { InReview = _status.InReview + review, CountedRankings = _status.CountedRankings + counted, OpenRankingSlots = _status.OpenRankingSlots + open };
            return;
        }

        var origin = _origins[after.Origin];
        _status = after.Purpose == (byte)Purpose.HeadToHead
            ? _status with { InReview = _status.InReview + review, HeadToHead = Plus(_status.HeadToHead, origin, counted) }
            : _status with
            {
                InReview = _status.InReview + review,
                CountedVotes = _status.CountedVotes + counted,
                OpenVoteSlots = _status.OpenVoteSlots + open,
                OpenByOrigin = Plus(_status.OpenByOrigin, origin, open),
            };
    }

    private static ImmutableDictionary<string, int> Plus(ImmutableDictionary<string, int> counts, string key, int change) =>
        change == 0 && counts.ContainsKey(key) ? counts : counts.SetItem(key, counts.GetValueOrDefault(key) + change);
}
