using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The Orleans side of <see cref="LedgerShard"/>. An activation whose store did not confirm an append answers "unknown" and goes away; the next one reads what is there.</summary>
internal sealed partial class LedgerShardGrain(IBlobStore store, IOptions<LedgerOptions> options, TimeProvider time, ILogger<LedgerShardGrain> logger)
    : Grain, ILedgerShardGrain
{
    private LedgerShard? _shard;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var folder = LedgerFolder.Parse(this.GetPrimaryKeyString());
        try
        {
            _shard = await LedgerShard.OpenAsync(new(store, folder, options.Value, time), cancellationToken);
            _shard.SnapshotFailed = failure => LogNoSnapshot(failure, folder.Project, folder.Shard);
            LogOpened(folder.Project, folder.Shard, _shard.Log.Epoch, _shard.Log.LastSeq);
        }
        catch (Exception failure) when (failure is not (LedgerCorruptException or OperationCanceledException))
        {
            // The store is full, read-only or gone. Callers hear "unknown" and send again; each try opens anew.
            LogCannotOpen(failure, folder.Project, folder.Shard);
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_shard is not null)
        {
            await _shard.DisposeAsync();
        }
    }

    public async Task<Outcome<int>> AddPairsAsync(string segmentBlob, CancellationToken cancellationToken)
    {
        try
        {
            return await Shard.AddPairsAsync(segmentBlob, cancellationToken);
        }
        catch (LedgerOutcomeUnknownException unknown)
        {
            return GoAway(unknown);
        }
    }

    public async Task<LeaseGrant> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await Shard.LeaseAsync(request, cancellationToken);
        }
        catch (LedgerOutcomeUnknownException unknown)
        {
            return new() { Refusal = GoAway(unknown) };
        }
    }

    public async Task<SubmitResult> SubmitAsync(SubmitJudgment judgment, CancellationToken cancellationToken)
    {
        try
        {
            var result = await Shard.SubmitAsync(judgment);
            if (result.Refusal is { } refusal)
            {
                LogRefused(judgment.Id, judgment.Pair, refusal.Code);
            }

            return result;
        }
        catch (LedgerOutcomeUnknownException unknown)
        {
            return new(SubmitStatus.OutcomeUnknown, false, GoAway(unknown));
        }
    }

    public Task<LeaseGrant> LeaseProbesAsync(ProbeRequest request, CancellationToken cancellationToken) =>
        GoAwayOnFailureAsync(shard => shard.LeaseProbesAsync(request, cancellationToken));

    public async Task PublishAsync(LeasePriorities priorities, CancellationToken cancellationToken) =>
        await GoAwayOnFailureAsync(async shard => { await shard.PublishAsync(priorities); return true; });

    public Task<int> ReleaseAsync(AnnotatorId annotator, CancellationToken cancellationToken) => GoAwayOnFailureAsync(shard => shard.ReleaseAsync(annotator));

    public Task<int> ClosePairsAsync(string reason, ImmutableArray<PairId> pairs, CancellationToken cancellationToken) =>
        GoAwayOnFailureAsync(shard => shard.ClosePairsAsync(reason, pairs));

    public Task<ShardStatus> GetStatusAsync(CancellationToken cancellationToken) => GoAwayOnFailureAsync(shard => Task.FromResult(shard.Status()));

    public Task<ImmutableArray<FoundJudgment>> FindJudgmentsAsync(JudgmentSearch search, CancellationToken cancellationToken) => GoAwayOnFailureAsync(shard => shard.FindAsync(search));

    public Task<int> RetractAsync(RetractJudgments command, CancellationToken cancellationToken) => GoAwayOnFailureAsync(shard => shard.RetractAsync(command));

    public Task<int> ReinstateAsync(RetractJudgments command, CancellationToken cancellationToken) => GoAwayOnFailureAsync(shard => shard.ReinstateAsync(command));

    public Task<PairView?> GetPairAsync(PairId pair, CancellationToken cancellationToken) => GoAwayOnFailureAsync(shard => shard.PairAsync(pair, cancellationToken));

    public Task<ShardPage<PairItem>> ListPairsAsync(PairFilter filter, long from, int count, CancellationToken cancellationToken) =>
        GoAwayOnFailureAsync(shard => shard.ListPairsAsync(filter, from, count, cancellationToken));

    public Task<ShardPage<JudgmentItem>> ListJudgmentsAsync(JudgmentFilter filter, long before, int count, CancellationToken cancellationToken) =>
        GoAwayOnFailureAsync(shard => shard.ListJudgmentsAsync(filter, before, count, cancellationToken));

    public Task<ImmutableArray<PairView>> GetHeadToHeadAsync(string round, CancellationToken cancellationToken) =>
        GoAwayOnFailureAsync(shard => shard.HeadToHeadAsync(round, cancellationToken));

    private LedgerShard Shard => _shard ?? throw new LedgerOutcomeUnknownException("The shard's store did not answer when it was opened. Send again.");

    private async Task<T> GoAwayOnFailureAsync<T>(Func<LedgerShard, Task<T>> call)
    {
        try
        {
            return await call(Shard);
        }
        catch (LedgerOutcomeUnknownException unknown)
        {
            GoAway(unknown);
            throw;
        }
    }

    private Refusal GoAway(LedgerOutcomeUnknownException unknown)
    {
        LogGoesAway(this.GetPrimaryKeyString(), unknown.Message);
        DeactivateOnIdle();
        return new(RefusalCodes.OutcomeUnknown, unknown.Message);
    }

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
