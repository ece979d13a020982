using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Collects what a round's gate needs and lets <see cref="GateRules"/> decide; closes the pairs of rounds that ended.</summary>
internal sealed class GateRunner(IBlobStore store, IGrainFactory grains)
{
    public async Task DecideAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        var rounds = grains.GetGrain<IRoundsGrain>(project.Value);
        if (await rounds.GetAsync(name, cancellationToken) is not { State: RoundState.Evaluating or RoundState.AwaitingJudgments, Measures.IsEmpty: false } round)
        {
            return;
        }

        var results = new HeadToHeadResults([], []);
        if (round.State is RoundState.AwaitingJudgments)
        {
            var file = await HeadToHeadFile.ReadAsync(store, project, name, cancellationToken) ?? throw new InvalidDataException($"{project}: head-to-head.json of {name} is missing.");
            var pairs = await PairsAsync(project, name, cancellationToken);
            if (file.Items.Any(item => item.PairId is { } pair && !IsJudged(pairs.GetValueOrDefault(pair))))
            {
                return;
            }

            results = new(Scores(file, pairs, round.Candidate!, round.Parent), Scores(file, pairs, round.Candidate!, round.Start));
        }

        var report = GateRules.Decide(round, results);
        await store.PutFirstAsync($"projects/{project}/rounds/{name}/report.json", JsonSerializer.SerializeToUtf8Bytes(report, JobJson.File), cancellationToken);
        await rounds.ApplyAsync(name, new() { Kind = RoundEventKind.Decided, Gate = report }, cancellationToken);
    }

    public async Task ClosePairsAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        foreach (var shard in await ShardsAsync(project, cancellationToken))
        {
            await shard.ClosePairsAsync(name, [], cancellationToken);
        }

        await grains.GetGrain<IRoundsGrain>(project.Value).ApplyAsync(name, new() { Kind = RoundEventKind.PairsClosed }, cancellationToken);
    }

    /// <summary>Results against one opponent by prompt. A pair that nobody could judge is left out; equal texts are one tie.</summary>
    internal static ImmutableArray<PromptScore> Scores(HeadToHeadFile file, IReadOnlyDictionary<PairId, PairView> pairs, string candidate, string opponent)
    {
        var scores = ImmutableArray.CreateBuilder<PromptScore>();
        foreach (var item in file.Items.Where(item => item.Opponent == opponent).OrderBy(item => item.PromptId))
        {
            if (item.PairId is not { } id)
            {
                scores.Add(new(0, 0, 1));
                continue;
            }

            var pair = pairs[id];
            var better = pair.Record.ASource == candidate ? Choice.A : Choice.B;
            var choices = pair.Judgments.Where(judgment => judgment is { Counted: true, Purpose: Purpose.HeadToHead }).Select(judgment => judgment.Verdict.Choice)
                .Where(choice => choice is not Choice.Skip).ToList();
            if (choices.Count > 0)
            {
                var (wins, ties) = (choices.Count(choice => choice == better), choices.Count(choice => choice is Choice.Tie or Choice.BothBad));
                scores.Add(new(wins, choices.Count - wins - ties, ties));
            }
        }

        return scores.ToImmutable();
    }

    private static bool IsJudged(PairView? pair) => pair is not null && (!pair.IsOpen || pair.InReview);

    private async Task<Dictionary<PairId, PairView>> PairsAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        var pairs = new Dictionary<PairId, PairView>();
        foreach (var shard in await ShardsAsync(project, cancellationToken))
        {
            foreach (var pair in await shard.GetHeadToHeadAsync(name, cancellationToken))
            {
                pairs[pair.Record.Id] = pair;
            }
        }

        return pairs;
    }

    private async Task<IEnumerable<ILedgerShardGrain>> ShardsAsync(ProjectId project, CancellationToken cancellationToken)
    {
        var shards = (await grains.GetGrain<IProjectGrain>(project.Value).GetAsync(cancellationToken))!.Shards;
        return Enumerable.Range(0, shards).Select(shard => grains.GetGrain<ILedgerShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{project}/{shard}")));
    }
}
