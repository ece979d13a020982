namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Judgments that an operator takes out, and brings back.</summary>
internal static partial class LedgerShardRules
{
    /// <summary>The event that takes a judgment out, or null when it is unknown here or not live.</summary>
    public static JudgmentRetracted? Retract(ShardIndex index, JudgmentId id, RetractJudgments command)
    {
        var judgment = index.TryFindJudgment(id);
        return judgment != ShardIndex.None && index.Judgment(judgment).IsLive
            ? new(command.Retraction, id, index.IdOf(index.Judgment(judgment).Pair), command.Reason, command.By)
            : null;
    }

    /// <summary>The event that brings a judgment back, or null when it was not retracted. It fills its slot again when that is neither filled nor leased.</summary>
    public static JudgmentReinstated? Reinstate(ShardIndex index, JudgmentId id, RetractJudgments command)
    {
        var judgment = index.TryFindJudgment(id);
        if (judgment == ShardIndex.None || !index.Judgment(judgment).Retracted)
        {
            return null;
        }

        ref readonly var entry = ref index.Judgment(judgment);
        ref readonly var pair = ref index.Pair(entry.Pair);
        var counted = entry.Counted && pair.Counted + pair.Leased < pair.Overlap && !index.HasCounted(entry.Pair, entry.Annotator, judgment);
        return new(command.Retraction, id, index.IdOf(entry.Pair), counted, command.Reason, command.By);
    }
}
