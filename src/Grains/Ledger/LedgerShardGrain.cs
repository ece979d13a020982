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

    public Task<Outcome<int>> AddPairsAsync(string segmentBlob, CancellationToken cancellationToken) =>
        AskAsync(shard => shard.AddPairsAsync(segmentBlob, cancellationToken), refusal => refusal);

    public Task<LeaseGrant> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken) =>
        AskAsync(shard => shard.LeaseAsync(request, cancellationToken), refusal => new LeaseGrant { Refusal = refusal });

    public async Task<SubmitResult> SubmitAsync(SubmitJudgment judgment, CancellationToken cancellationToken)
    {
        var result = await AskAsync(shard => shard.SubmitAsync(judgment), refusal => new SubmitResult(SubmitStatus.OutcomeUnknown, false, refusal));
        if (result is { Status: SubmitStatus.Refused, Refusal: { } refusal })
        {
            LogRefused(judgment.Id, judgment.Pair, refusal.Code);
        }

        return result;
    }

    public Task<LeaseGrant> LeaseProbesAsync(ProbeRequest request, CancellationToken cancellationToken) => AskAsync(shard => shard.LeaseProbesAsync(request, cancellationToken));

    public Task PublishAsync(LeasePriorities priorities, CancellationToken cancellationToken) => AskAsync(async shard => { await shard.PublishAsync(priorities); return true; });

    public Task<int> ReleaseAsync(AnnotatorId annotator, CancellationToken cancellationToken) => AskAsync(shard => shard.ReleaseAsync(annotator));

    public Task<int> ClosePairsAsync(string reason, ImmutableArray<PairId> pairs, CancellationToken cancellationToken) =>
        AskAsync(shard => shard.ClosePairsAsync(reason, pairs));

    public Task<ShardStatus> GetStatusAsync(CancellationToken cancellationToken) => AskAsync(shard => Task.FromResult(shard.Status()));

    public Task<ImmutableArray<FoundJudgment>> FindJudgmentsAsync(JudgmentSearch search, CancellationToken cancellationToken) => AskAsync(shard => shard.FindAsync(search));

    public Task<int> RetractAsync(RetractJudgments command, CancellationToken cancellationToken) => AskAsync(shard => shard.RetractAsync(command));

    public Task<int> ReinstateAsync(RetractJudgments command, CancellationToken cancellationToken) => AskAsync(shard => shard.ReinstateAsync(command));

    public Task<PairView?> GetPairAsync(PairId pair, CancellationToken cancellationToken) => AskAsync(shard => shard.PairAsync(pair, cancellationToken));

    public Task<ShardPage<PairItem>> ListPairsAsync(PairFilter filter, long from, int count, CancellationToken cancellationToken) =>
        AskAsync(shard => shard.ListPairsAsync(filter, from, count, cancellationToken));

    public Task<ShardPage<JudgmentItem>> ListJudgmentsAsync(JudgmentFilter filter, long before, int count, CancellationToken cancellationToken) =>
        AskAsync(shard => shard.ListJudgmentsAsync(filter, before, count, cancellationToken));

    public Task<ImmutableArray<PairView>> GetHeadToHeadAsync(string round, CancellationToken cancellationToken) =>
        AskAsync(shard => shard.HeadToHeadAsync(round, cancellationToken));

    private LedgerShard Shard => _shard ?? throw new LedgerOutcomeUnknownException("The shard's store did not answer when it was opened. Send again.");

    /// <summary>Asks the shard. An answer that the store did not confirm sends this activation away, and the caller gets <paramref name="unknown"/> of it, or the exception.</summary>
    private async Task<T> AskAsync<T>(Func<LedgerShard, Task<T>> call, Func<Refusal, T>? unknown = null)
    {
        try
        {
            return await call(Shard);
        }
        catch (LedgerOutcomeUnknownException failure)
        {
            LogGoesAway(this.GetPrimaryKeyString(), failure.Message);
            DeactivateOnIdle();
            if (unknown is null)
            {
                throw;
            }

            return unknown(new Refusal(RefusalCodes.OutcomeUnknown, failure.Message));
        }
    }
}
