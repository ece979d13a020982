using Microsoft.Extensions.Logging;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

internal sealed partial class LedgerShardGrain
{
    [LoggerMessage(2100, LogLevel.Information, "Ledger {Project}/{Shard} opened: epoch {Epoch}, {Seq} events")]
    private partial void LogOpened(string project, string shard, long epoch, long seq);

    [LoggerMessage(2101, LogLevel.Error, "Ledger {Project}/{Shard} cannot be opened")]
    private partial void LogCannotOpen(Exception failure, string project, string shard);

    [LoggerMessage(2102, LogLevel.Information, "Judgment {JudgmentId} of pair {PairId} refused: {Code}")]
    private partial void LogRefused(JudgmentId judgmentId, PairId pairId, string code);

    [LoggerMessage(2103, LogLevel.Warning, "Ledger shard {Key} goes away: {Reason}")]
    private partial void LogGoesAway(string key, string reason);

    [LoggerMessage(2104, LogLevel.Warning, "Ledger {Project}/{Shard} could not write a snapshot; the next start reads more events")]
    private partial void LogNoSnapshot(Exception failure, string project, string shard);
}
