using System.Globalization;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>What each event changes.</summary>
internal sealed partial class ShardIndex
{
    /// <summary>Takes an event in. <paramref name="rows"/> are the segment's for <see cref="PairsAdded"/>, else nothing.</summary>
    public void Apply(LedgerEvent happened, long seq, long time, IReadOnlyList<PairRow>? rows = null)
    {
        switch (happened)
        {
            case JudgmentRecorded judgment:
                Apply(judgment, seq, time);
                break;
            case LeaseGranted granted:
                Apply(granted, time);
                break;
            case JudgmentWithdrawn withdrawn:
                Apply(withdrawn, seq, time);
                break;
            case LeaseRevoked revoked:
                End(ActiveLease(TryFindPair(revoked.Pair), TryFindAnnotator(revoked.Annotator), purpose: 0));
                break;
            case LeaseReleased released:
                foreach (var lease in ActiveLeasesOf(TryFindAnnotator(released.Annotator)).ToArray())
                {
                    End(lease);
                }

                break;
            case PairsClosed closed:
                foreach (var pair in closed.Pairs)
                {
                    Close(TryFindPair(pair));
                }

                break;
            case PairsWanted wanted:
                foreach (var wish in wanted.Pairs)
                {
                    Want(TryFindPair(wish.Pair), (short)wish.Votes);
                }

                break;
            case JudgmentRetracted retracted:
                Apply(retracted, seq);
                break;
            case JudgmentReinstated reinstated:
                Apply(reinstated);
                break;
            case PairsAdded added:
                AddPairs(added.Segment, rows ?? throw new ArgumentNullException(nameof(rows)));
                break;
        }

        Status(seq);
    }

    private void AddPairs(string segment, IReadOnlyList<PairRow> rows)
    {
        _segments.Add(segment);
        _walks.Clear();
        foreach (var row in rows)
        {
            var id = Bits(row.Record.Id);
            if (_pairById.Find(id) != None)
            {
                continue;
            }

            var entry = new PairEntry
            {
                Id = id,
                Offset = row.Offset,
                Length = row.Length,
                Segment = _segments.Count - 1,
                Origin = OriginOf(row.Record.Origin),
                Priority = row.Record.Priority,
                Overlap = (short)row.Record.Overlap,
                Wanted = (short)(row.Record.Purpose is Purpose.Gold ? 0 : row.Record.MinOverlap ?? row.Record.Overlap),
                Purpose = (byte)row.Record.Purpose,
                Responses = (byte)(row.Record.Purpose is Purpose.Ranking ? row.Record.Responses.Length : 0),
                FirstLease = None,
                FirstJudgment = None,
            };
            var pair = _pairs.Add(entry);
            _pairById.Add(pair);
            AddNote(row.Record);
            _status = _status with { Pairs = _pairs.Count };
            Account(pair, entry with { Closed = true }, entry);
            ListHeadToHead(pair, entry);
        }
    }

    private void Apply(LeaseGranted granted, long time)
    {
        var annotator = AnnotatorOf(granted.Annotator);
        Renew(annotator, time);
        foreach (var lease in granted.Leases)
        {
            var pair = TryFindPair(lease.Pair);
            var given = new LeaseEntry
            {
                Id = Bits(lease.Lease),
                Pair = pair,
                Annotator = annotator,
                Minutes = (short)granted.Minutes,
                Expires = time + LedgerTime.Minutes(granted.Minutes),
                NextOfPair = Pair(pair).FirstLease,
                Active = true,
                Purpose = ProbeOf(lease.Purpose),
                Routed = lease.Strategy is LedgerShardRules.QueueArm ? LeaseEntry.Queued : lease.Strategy is LedgerShardRules.UniformArm ? -(lease.Propensity ?? 1) : lease.Strategy is null ? 0 : lease.Propensity ?? 1,
            };
            if (_freeLeases.TryPop(out var place))
            {
                _leases.Edit(place) = given;
            }
            else
            {
                place = _leases.Add(given);
            }

            Activate(place);
            _pairs.Edit(pair).FirstLease = place;
            if (!given.IsProbe)
            {
                Change(pair, static (ref PairEntry entry) => entry.Leased++);
            }
        }
    }

    private void Apply(JudgmentRecorded judgment, long seq, long time)
    {
        var annotator = AnnotatorOf(judgment.Annotator);
        var pair = TryFindPair(judgment.Pair);
        Renew(annotator, time);
        var purpose = ProbeOf(judgment.Purpose);
        End(ActiveLease(pair, annotator, purpose));
        if (judgment.Supersedes is { } superseded)
        {
            EndJudgment(TryFindJudgment(superseded), seq);
        }

        var lease = Bits(judgment.Lease);
        Forget(pair, annotator, lease);
        var skipped = purpose == 0 && judgment.Verdict.Choice is Choice.Skip;
        Remember(new()
        {
            Id = Ulid.ToBits(judgment.Id.Value),
            Body = Half(judgment.Body),
            Lease = (ulong)lease,
            Seq = seq,
            Time = time,
            Pair = pair,
            Annotator = annotator,
            NextOfPair = Pair(pair).FirstJudgment,
            Choice = (byte)judgment.Verdict.Choice,
            Strength = (byte)(judgment.Verdict.Strength ?? 0),
            Counted = judgment.Counted,
            Reported = judgment.Reported,
            Purpose = purpose,
        });
        if (judgment.Ranking is { } ranking)
        {
            _places.Add(_judgments.Count - 1, ranking.Places);
        }

        _pairs.Edit(pair).FirstJudgment = _judgments.Count - 1;
        var (counted, skips, reports) = ((short)(judgment.Counted ? 1 : 0), (short)(skipped ? 1 : 0), (short)(judgment.Reported ? 1 : 0));
        Count(pair, counted, skips, reports);
    }

    private void Apply(JudgmentWithdrawn withdrawn, long seq, long time)
    {
        Renew(AnnotatorOf(withdrawn.Annotator), time);
        var judgment = TryFindJudgment(withdrawn.Judgment);
        EndJudgment(judgment, seq);
        Remember(new()
        {
            Id = Ulid.ToBits(withdrawn.Id.Value),
            Body = Half(withdrawn.Body),
            Seq = seq,
            Time = time,
            EndedSeq = seq,
            Pair = Judgment(judgment).Pair,
            Annotator = Judgment(judgment).Annotator,
            NextOfPair = None,
        });
    }

    private void Remember(in JudgmentEntry entry) => _judgmentById.Add(_judgments.Add(entry));

    /// <summary>The judgment takes the lease's place: an edit under the same lease is known by it.</summary>
    private void Forget(int pair, int annotator, UInt128 id)
    {
        var before = None;
        for (var lease = Pair(pair).FirstLease; lease != None; (before, lease) = (lease, Lease(lease).NextOfPair))
        {
            if (Lease(lease).Id != id || Lease(lease).Annotator != annotator)
            {
                continue;
            }

            End(lease);
            var next = Lease(lease).NextOfPair;
            if (before == None)
            {
                _pairs.Edit(pair).FirstLease = next;
            }
            else
            {
                _leases.Edit(before).NextOfPair = next;
            }

            _leases.Edit(lease) = new() { Pair = None, NextOfPair = None };
            _freeLeases.Push(lease);
            return;
        }
    }

    private void EndJudgment(int judgment, long seq)
    {
        if (Judgment(judgment).IsLive)
        {
            ref var entry = ref _judgments.Edit(judgment);
            entry.EndedSeq = seq;
            CameBack(entry.Annotator, entry.Pair);
            WalkApartAgain(entry.Annotator);
            Count(entry.Pair, entry.Counted ? -1 : 0, entry.Purpose == 0 && entry.Choice == (byte)Choice.Skip ? -1 : 0, entry.Reported ? -1 : 0);
        }
    }

    private void Count(int pair, int counted, int skips, int reports)
    {
        ref var entry = ref _pairs.Edit(pair);
        var before = entry;
        entry.Counted += (short)counted;
        entry.Skips += (short)skips;
        entry.Reports += (short)reports;
        Account(pair, before, entry);
    }

    private void Want(int pair, short votes)
    {
        ref var entry = ref _pairs.Edit(pair);
        var before = entry;
        entry.Wanted = votes;
        Account(pair, before, entry);
    }

    private void Close(int pair)
    {
        for (var lease = Pair(pair).FirstLease; lease != None; lease = Lease(lease).NextOfPair)
        {
            End(lease);
        }

        Change(pair, static (ref PairEntry entry) => entry.Closed = true);
    }

    /// <summary>Activity: what has lapsed stays lapsed, what has not lives on from now.</summary>
    private void Renew(int annotator, long time)
    {
        if (!_activeLeases.TryGetValue(annotator, out var held))
        {
            return;
        }

        LapseOf(annotator, held, time);
        if (held.Leases.Count == 0)
        {
            _activeLeases.Remove(annotator);
            return;
        }

        held.Renewed = time;
    }

    private void Activate(int lease)
    {
        ref readonly var entry = ref Lease(lease);
        if (!_activeLeases.TryGetValue(entry.Annotator, out var held))
        {
            _activeLeases.Add(entry.Annotator, held = new() { Renewed = entry.Expires - LedgerTime.Minutes(entry.Minutes) });
        }

        held.Leases.Add(lease);
        held.LeastMinutes = Math.Min(held.LeastMinutes, entry.Minutes);
        _nextLapse = Math.Min(_nextLapse, entry.Expires);
    }

    private void ListHeadToHead(int pair, in PairEntry entry)
    {
        if (entry.Purpose == (byte)Purpose.HeadToHead)
        {
            if (!_headToHead.TryGetValue(entry.Origin, out var pairs))
            {
                _headToHead.Add(entry.Origin, pairs = []);
            }

            pairs.Add(pair);
        }
    }

    private static UInt128 Bits(LeaseId lease) => LeaseId.TryParse(lease.Value, out _) ? Ulid.ToBits(lease.Value.AsSpan(3)) : 0;

    private static ulong Half(string digest) => ulong.Parse(digest.AsSpan(digest.Length - 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private int AnnotatorOf(AnnotatorId id)
    {
        if (!_annotatorById.TryGetValue(id, out var annotator))
        {
            annotator = _annotators.Count;
            _annotators.Add(id);
            _annotatorById.Add(id, annotator);
        }

        return annotator;
    }

    private int OriginOf(string name)
    {
        if (!_originByName.TryGetValue(name, out var origin))
        {
            origin = _origins.Count;
            _origins.Add(name);
            _originByName.Add(name, origin);
        }

        return origin;
    }
}
