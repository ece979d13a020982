using System.Text.Json;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>What each event changes.</summary>
public sealed partial class AgreementModel
{
    /// <summary>Takes an event in.</summary>
    /// <param name="shard">The shard it is of; −1 for the project's own.</param>
    /// <param name="entry">The event, in the order of its shard.</param>
    /// <param name="rows">The segment's rows for <see cref="PairsAdded"/>, or the first of them, with <see cref="AddPairs"/> for more before the next event; else null.</param>
    public void Apply(int shard, LedgerEntry entry, IEnumerable<PairRow>? rows = null)
    {
        Events++;
        Newest = entry.Time > Newest ? entry.Time : Newest;
        switch (entry.Event)
        {
            case JudgmentRecorded judgment:
                Record(judgment, entry.Time);
                break;
            case JudgmentWithdrawn withdrawn:
                End(withdrawn.Pair, withdrawn.Judgment);
                break;
            case JudgmentRetracted retracted:
                End(retracted.Pair, retracted.Judgment);
                break;
            case JudgmentReinstated reinstated:
                Revive(reinstated.Pair, reinstated.Judgment, reinstated.Counted);
                break;
            case LeaseGranted granted:
                Remember(granted);
                break;
            case PairsAdded:
                AddPairs(shard, rows ?? throw new ArgumentNullException(nameof(rows)));
                break;
            case PairsWanted wanted:
                foreach (var (id, votes) in wanted.Pairs)
                {
                    if (TryFind(id, out var pair))
                    {
                        Pair(pair).Wanted = (short)votes;
                    }
                }

                break;
            case PairsClosed closed:
                foreach (var id in closed.Pairs)
                {
                    if (TryFind(id, out var pair))
                    {
                        Pair(pair).Closed = true;
                        Touch(pair);
                    }
                }

                break;
            case EpochBegun when shard >= 0:
                _stale[shard] = true;   // a new writer has no order yet
                break;
            case ProjectRecorded { Event: var happened }:
                Apply(happened, entry.Time);
                break;
        }
    }

    /// <summary>Makes a pair gold, now or when it becomes known.</summary>
    public void AddGold(PairId id, Choice answer)
    {
        if (!TryFind(id, out var pair))
        {
            _goldToCome[Bits(id)] = answer;
        }
        else if (Pair(pair).Gold is Choice.Skip)
        {
            Pair(pair).Gold = answer;
            _gold.Add(pair);
        }
    }

    /// <summary>Takes pairs of a shard in; known ones are skipped.</summary>
    public void AddPairs(int shard, IEnumerable<PairRow> rows)
    {
        // The order of several responses is no vote on two: rankings are left out, and so is all that is said of them.
        foreach (var record in rows.Select(row => row.Record).Where(record => record.Purpose is not Purpose.Ranking))
        {
            if (!TryFind(record.Id, out _))
            {
                _pairById.Add(_pairs.Add(new()
                {
                    Id = Bits(record.Id),
                    Item = None,
                    Newest = None,
                    LengthA = Math.Max(1, record.AAt.Length - RowBytes - record.ASource.Length),
                    LengthB = Math.Max(1, record.BAt.Length - RowBytes - record.BSource.Length),
                    LengthPrompt = record.PromptAt.Length,
                    SourceA = SourceOf(record.ASource),
                    SourceB = SourceOf(record.BSource),
                    Shard = (short)shard,
                    Overlap = (short)record.Overlap,
                    Least = (short)(record.MinOverlap ?? record.Overlap),
                    Wanted = (short)(record.Purpose is Purpose.Gold ? 0 : record.MinOverlap ?? record.Overlap),
                    Purpose = record.Purpose,
                    Gold = Choice.Skip,
                }));
                if (_goldToCome.Remove(Bits(record.Id), out var answer))
                {
                    AddGold(record.Id, answer);
                }
            }
        }
    }

    private void Remember(LeaseGranted granted)
    {
        foreach (var lease in granted.Leases)
        {
            if (lease.Purpose is not (Purpose.Gold or Purpose.Repeat) || !TryFind(lease.Pair, out var pair))
            {
                continue;
            }

            var k = AnnotatorOf(granted.Annotator);
            var annotator = _annotators[k];
            if (lease.Purpose is Purpose.Repeat)
            {
                if (annotator.RepeatGiven.Add(pair) && VoteOf(pair, k) is { Choice: Choice.A or Choice.B } first)
                {
                    annotator.RepeatLeft += first.Choice is Choice.A == lease.Order is ShownOrder.Ab ? 1 : -1;
                    annotator.RepeatLong += Pair(pair).IsLonger(first.Choice) ? 1 : -1;
                }
            }
            else if (annotator.GoldGiven.Add(pair) && Pair(pair).Gold is Choice.A or Choice.B)
            {
                annotator.GoldLeft += Pair(pair).Gold is Choice.A == lease.Order is ShownOrder.Ab ? 1 : -1;
                annotator.GoldLong += Pair(pair).LongWins ? 1 : -1;
            }
        }
    }

    private void Record(JudgmentRecorded judgment, DateTimeOffset time)
    {
        if (judgment.Supersedes is { } superseded)
        {
            End(judgment.Pair, superseded);
        }

        if (judgment.Ranking is { } order)
        {
            _rankings.Record(Bits(judgment.Pair), Bits(judgment.Id), order, judgment.Counted);
        }

        if (!TryFind(judgment.Pair, out var pair))
        {
            return;
        }

        var annotator = AnnotatorOf(judgment.Annotator);
        var said = new Said
        {
            Id = Bits(judgment.Id),
            Ticks = time.UtcTicks,
            Pair = pair,
            Annotator = annotator,
            Older = Pair(pair).Newest,
            ActiveMilliseconds = (int)Math.Min(int.MaxValue, judgment.ActiveMilliseconds),
            Choice = judgment.Verdict.Choice,
            Purpose = judgment.Purpose,
            Strength = (sbyte)(judgment.Verdict.Strength ?? 0),
            AOnLeft = judgment.Order is ShownOrder.Ab,
            Live = true,
            Counted = judgment.Counted,
            Reported = judgment.Reported,
        };
        Pair(pair).Newest = _said.Add(said);
        _active.Add(annotator);
        Count(said, 1);
        List(_annotators[annotator], said, isEdit: judgment.Supersedes is not null);
        if (said.IsVote)
        {
            if (Pair(pair).Item == None)
            {
                Pair(pair).Item = _items.Add(new() { Pair = pair, Shard = Pair(pair).Shard, Score = double.NaN });
            }

            Changed(said, added: true);
        }
    }

    private void List(AnnotatorFacts annotator, in Said said, bool isEdit)
    {
        var at = _said.Count - 1;
        switch (said.Purpose)
        {
            case Purpose.Gold:
                annotator.Gold.Add(at);
                return;
            case Purpose.Repeat:
                annotator.Repeats.Add(at);
                return;
            case Purpose.Adjudication:
            case Purpose.Machine:
                return;
        }

        if (said.Purpose is Purpose.Vote && said.Choice is not Choice.Skip)
        {
            annotator.Votes.Add(at);
        }

        if (!isEdit && said.Choice is Choice.A or Choice.B)
        {
            annotator.Sides.Add(at);
        }
    }

    private void End(PairId id, JudgmentId judgment)
    {
        if (!TryFind(id, out var pair))
        {
            _rankings.End(Bits(id), Bits(judgment));
            return;
        }

        for (var at = Pair(pair).Newest; at != None; at = _said[at].Older)
        {
            if (_said[at].Id == Bits(judgment) && _said[at].Live)
            {
                var said = _said[at];
                _said.Edit(at).Live = false;
                _active.Add(said.Annotator);
                Count(said, -1);
                if (said.IsVote)
                {
                    Changed(said, added: false);
                }

                return;
            }
        }
    }

    private void Revive(PairId id, JudgmentId judgment, bool counted)
    {
        _rankings.Revive(Bits(id), Bits(judgment), counted);
        for (var at = TryFind(id, out var pair) ? Pair(pair).Newest : None; at != None; at = _said[at].Older)
        {
            if (_said[at].Id == Bits(judgment) && !_said[at].Live)
            {
                var said = _said[at] with { Live = true, Counted = counted };
                _said.Edit(at) = said;
                _active.Add(said.Annotator);
                Count(said, 1);
                if (said.IsVote)
                {
                    Changed(said, added: true);
                }

                return;
            }
        }
    }

    private void Count(in Said said, int by)
    {
        ref var pair = ref Pair(said.Pair);
        var probe = said.Purpose is not (Purpose.Vote or Purpose.HeadToHead);
        pair.Counted += (short)(said.Counted ? by : 0);
        pair.Skips += (short)(!probe && said.Choice is Choice.Skip ? by : 0);
        pair.Reports += (short)(said.Reported ? by : 0);
        Touch(said.Pair);
    }

    private void Apply(ProjectEvent happened, DateTimeOffset time)
    {
        if (happened.Kind is not ("annotator.paused" or "annotator.resumed" or "gold.mined"))
        {
            return;
        }

        using var body = JsonDocument.Parse(happened.Body);
        if (happened.Kind == "gold.mined")
        {
            AddGold(StringId.Parse<PairId>(body.RootElement.GetProperty("pair").GetString()), body.RootElement.GetProperty("answer").GetString() == "a" ? Choice.A : Choice.B);
            return;
        }

        var annotator = _annotators[AnnotatorOf(StringId.Parse<AnnotatorId>(body.RootElement.GetProperty("annotator").GetString()))];
        annotator.Paused = happened.Kind == "annotator.paused";
        annotator.ForgivenTicks = annotator.Paused ? annotator.ForgivenTicks : time.UtcTicks;
    }
}
