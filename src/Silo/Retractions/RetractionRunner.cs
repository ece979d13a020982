using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Retractions;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Retractions;

/// <summary>Carries a recorded retraction out: fixes the list of judgments, has the shards take them out, and finds what they had gone into. Every step may be repeated, and the loop repeats what was cut short.</summary>
internal sealed class RetractionRunner(IBlobStore store, IGrainFactory grains)
{
    private readonly TaintFinder _taint = new(store, grains);

    /// <summary>Does what is still to do.</summary>
    public async Task<RetractionView?> RunAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        var retractions = grains.GetGrain<IRetractionsGrain>(project.Value);
        if (await retractions.GetAsync(name, cancellationToken) is not { IsPending: true } retraction)
        {
            return await retractions.GetAsync(name, cancellationToken);
        }

        var file = await RetractionFile.ReadAsync(store, project, name, cancellationToken) ?? await FixAsync(project, retraction, cancellationToken);
        var reinstates = retraction.State is RetractionState.Reinstating;
        foreach (var some in file.Judgments.GroupBy(judgment => judgment.Shard))
        {
            var shard = Shard(project, some.Key);
            ImmutableArray<JudgmentId> ids = [.. some.Select(judgment => judgment.Found.Id)];
            await (reinstates
                ? shard.ReinstateAsync(new(name, ids, retraction.ReinstateReason!, retraction.ReinstatedBy!), cancellationToken)
                : shard.RetractAsync(new(name, ids, retraction.Reason, retraction.By), cancellationToken));
        }

        var touched = reinstates ? [] : await _taint.TouchedAsync(project, file.Judgments, cancellationToken);
        return await retractions.CarriedOutAsync(name, retraction.State, file.Judgments.Length, touched, cancellationToken);
    }

    private async Task<RetractionFile> FixAsync(ProjectId project, RetractionView retraction, CancellationToken cancellationToken)
    {
        var view = await grains.GetGrain<IProjectGrain>(project.Value).GetAsync(cancellationToken) ?? throw new InvalidOperationException($"There is no project {project}.");
        var search = new JudgmentSearch { Judgment = retraction.Judgment, Annotator = retraction.Annotator, From = retraction.From };
        var shards = retraction.Pair is { } pair ? [PairShards.Of(pair, view.Shards)] : Enumerable.Range(0, view.Shards);
        var found = ImmutableArray.CreateBuilder<RetractedJudgment>();
        foreach (var shard in shards)
        {
            found.AddRange((await Shard(project, shard).FindJudgmentsAsync(search, cancellationToken)).Select(judgment => new RetractedJudgment(shard, judgment)));
        }

        return await RetractionFile.FixAsync(store, project, retraction.Name, new() { Judgments = found.ToImmutable() }, cancellationToken);
    }

    private ILedgerShardGrain Shard(ProjectId project, int shard) => grains.GetGrain<ILedgerShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{project}/{shard}"));
}
