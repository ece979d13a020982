using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>What a judgment of a ranking must be; slots, leases and edits are those of pairs.</summary>
internal static partial class LedgerShardRules
{
    /// <summary>Null when the judgment says of the task what can be said of it.</summary>
    private static Refusal? WrongKind(ShardIndex index, int pair, SubmitJudgment command)
    {
        var ranks = index.IsRanking(pair);
        return command switch
        {
            { Choice: ShownChoice.Ranked } when !ranks => new(RefusalCodes.BadVerdict, $"{command.Pair} is a pair: it takes a choice, not a ranking."),
            { Ranking: { } ranking } when ranking.Count != index.Pair(pair).Responses =>
                new(RefusalCodes.BadVerdict, $"The ranking of {command.Pair} must name each of its {index.Pair(pair).Responses} responses once; it names {ranking.Count}."),
            { Choice: ShownChoice.Left or ShownChoice.Right or ShownChoice.Tie or ShownChoice.BothBad } when ranks =>
                new(RefusalCodes.BadVerdict, $"{command.Pair} is a ranking: it takes an order of its responses, skip, report or undo."),
            _ => null,
        };
    }
}
