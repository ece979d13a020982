using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Retracted judgments. They are looked for among all, because it is asked for seldom.</summary>
internal sealed partial class ShardIndex
{
    /// <summary>Live judgments that a search names, in ledger order.</summary>
    public ImmutableArray<FoundJudgment> Find(JudgmentSearch search)
    {
        if (search.Judgment is { } id)
        {
            var one = TryFindJudgment(id);
            return one != None && Judgment(one).IsLive ? [Found(one)] : [];
        }

        var annotator = search.Annotator is { } who ? TryFindAnnotator(who) : None;
        var from = search.From is { } time ? LedgerTime.From(time) : 0;
        var found = ImmutableArray.CreateBuilder<FoundJudgment>();
        for (var judgment = 0; annotator != None && judgment < _judgments.Count; judgment++)
        {
            ref readonly var entry = ref Judgment(judgment);
            if (entry.Annotator == annotator && entry.IsLive && entry.Time >= from)
            {
                found.Add(Found(judgment));
            }
        }

        return found.DrainToImmutable();
    }

    private FoundJudgment Found(int judgment)
    {
        ref readonly var entry = ref Judgment(judgment);
        var headToHead = entry.Purpose == 0 && Pair(entry.Pair).Purpose == (byte)Purpose.HeadToHead;
        return new(IdOf(entry), IdOf(entry.Pair), entry.Seq, entry.Counted, headToHead ? Origin(entry.Pair) : null);
    }

    private void Apply(JudgmentRetracted retracted, long seq)
    {
        var judgment = TryFindJudgment(retracted.Judgment);
        EndJudgment(judgment, seq);
        _judgments.Edit(judgment).Retracted = true;
    }

    private void Apply(JudgmentReinstated reinstated)
    {
        ref var entry = ref _judgments.Edit(TryFindJudgment(reinstated.Judgment));
        entry.EndedSeq = 0;
        entry.Retracted = false;
        entry.Counted = reinstated.Counted;
        Count(entry.Pair, entry.Counted ? 1 : 0, entry.Purpose == 0 && entry.Choice == (byte)Choice.Skip ? 1 : 0, entry.Reported ? 1 : 0);
    }
}
