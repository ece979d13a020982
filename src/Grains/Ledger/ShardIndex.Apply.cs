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
                End(ActiveLease(TryFindPair(revoked.Pair), TryFindAnnotator(revoked.Annotator)));
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
            case PairsAdded added:
                AddPairs(added.Segment, rows ?? throw new ArgumentNullException(nameof(rows)));
                break;
        }

        Status(seq);
    }

    private void AddPairs(string segment, IReadOnlyList<PairRow> rows)
    {
        _segments.Add(segment);
        foreach (var row in rows)
        {
            var id = Bits(row.Record.Id);
            if (!_pairById.TryAdd(id, _pairs.Count))
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
                Purpose = (byte)row.Record.Purpose,
                FirstLease = None,
                FirstJudgment = None,
            };
            _pairs.Add(entry);
            _status = _status with { Pairs = _pairs.Count };
            Account(_pairs.Count - 1, entry with { Closed = true }, entry);
        }
    }

    private void Apply(LeaseGranted granted, long time)
    {
        var annotator = AnnotatorOf(granted.Annotator);
        Renew(annotator, time);
        foreach (var lease in granted.Leases)
        {
            var pair = TryFindPair(lease.Pair);
            _activeLeases[annotator].Add(_leases.Count);
            _leases.Add(new()
            {
                Id = Ulid.ToBits(lease.Lease.Value.AsSpan(3)),
                Pair = pair,
                Annotator = annotator,
                Minutes = granted.Minutes,
                Expires = time + LedgerTime.Minutes(granted.Minutes),
                NextOfPair = Pair(pair).FirstLease,
                Active = true,
            });
            Pair(pair).FirstLease = _leases.Count - 1;
            Change(pair, static (ref PairEntry entry) => entry.Leased++);
        }
    }

    private void Apply(JudgmentRecorded judgment, long seq, long time)
    {
        var annotator = AnnotatorOf(judgment.Annotator);
        var pair = TryFindPair(judgment.Pair);
        Renew(annotator, time);
        End(ActiveLease(pair, annotator));
        if (judgment.Supersedes is { } superseded)
        {
            EndJudgment(TryFindJudgment(superseded), seq);
        }

        var skipped = judgment.Verdict.Choice is Choice.Skip;
        Remember(new()
        {
            Id = Ulid.ToBits(judgment.Id.Value),
            Body = UInt128.Parse(judgment.Body, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            Seq = seq,
            Time = time,
            Pair = pair,
            Annotator = annotator,
            NextOfPair = Pair(pair).FirstJudgment,
            Choice = (byte)judgment.Verdict.Choice,
            Strength = (byte)(judgment.Verdict.Strength ?? 0),
            Counted = judgment.Counted,
            Reported = judgment.Reported,
        });
        Pair(pair).FirstJudgment = _judgments.Count - 1;
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
            Body = UInt128.Parse(withdrawn.Body, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            Seq = seq,
            Time = time,
            EndedSeq = seq,
            Pair = Judgment(judgment).Pair,
            Annotator = Judgment(judgment).Annotator,
            NextOfPair = None,
        });
    }

    private void Remember(JudgmentEntry entry)
    {
        _judgmentById.Add(entry.Id, _judgments.Count);
        _judgments.Add(entry);
    }

    private void EndJudgment(int judgment, long seq)
    {
        ref var entry = ref Judgment(judgment);
        if (entry.IsLive)
        {
            entry.EndedSeq = seq;
            Count(entry.Pair, entry.Counted ? -1 : 0, entry.Choice == (byte)Choice.Skip ? -1 : 0, entry.Reported ? -1 : 0);
        }
    }

    private void Count(int pair, int counted, int skips, int reports)
    {
        ref var entry = ref Pair(pair);
        var before = entry;
        entry.Counted += (short)counted;
        entry.Skips += (short)skips;
        entry.Reports += (short)reports;
        Account(pair, before, entry);
    }

    private void Close(int pair)
    {
        for (var lease = NewestActiveLease(pair); lease != None; lease = NewestActiveLease(pair))
        {
            End(lease);
        }

        Change(pair, static (ref PairEntry entry) => entry.Closed = true);
    }

    /// <summary>Activity: what has lapsed stays lapsed, what has not lives on from now.</summary>
    private void Renew(int annotator, long time)
    {
        var leases = _activeLeases[annotator];
        LapseOf(annotator, leases, time);
        foreach (var lease in leases)
        {
            Lease(lease).Expires = time + LedgerTime.Minutes(Lease(lease).Minutes);
        }
    }

    private int AnnotatorOf(AnnotatorId id)
    {
        if (!_annotatorById.TryGetValue(id, out var annotator))
        {
            annotator = _annotators.Count;
            _annotators.Add(id);
            _annotatorById.Add(id, annotator);
        }

        _activeLeases.TryAdd(annotator, []);
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
