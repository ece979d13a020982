using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Takes judgments out and brings them back, in appends of at most one batch, so that other calls go on between them.</summary>
internal sealed partial class LedgerShard
{
    private const int Together = 256;

    public async Task<ImmutableArray<FoundJudgment>> FindAsync(JudgmentSearch search)
    {
        var found = _index.Find(search);
        await _log.ConfirmAsync();
        return found;
    }

    public Task<int> RetractAsync(RetractJudgments command) => AppendEachAsync(command.Judgments, id => LedgerShardRules.Retract(_index, id, command));

    public Task<int> ReinstateAsync(RetractJudgments command) => AppendEachAsync(command.Judgments, id => LedgerShardRules.Reinstate(_index, id, command));

    private async Task<int> AppendEachAsync(ImmutableArray<JudgmentId> judgments, Func<JudgmentId, LedgerEvent?> decide)
    {
        var appended = 0;
        foreach (var some in judgments.Chunk(Together))
        {
            LedgerBatch? batch = null;
            foreach (var judgment in some)
            {
                if (decide(judgment) is { } happened)
                {
                    batch = Append(happened);
                    appended++;
                }
            }

            await (batch?.Durable ?? _log.ConfirmAsync());
        }

        return appended;
    }
}
