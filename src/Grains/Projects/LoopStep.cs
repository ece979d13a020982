using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>One step of a project's loop: asks the grains how things stand, lets <see cref="LoopRules"/> decide, carries the decision out.</summary>
internal static class LoopStep
{
    /// <summary>Rounds, generations and versions that a step looks back on.</summary>
    private const int Recent = 20;

    public static async Task<(ProjectProgress Progress, ImmutableArray<LoopWork> Work)> TakeAsync(
        IGrainFactory grains, ProjectId project, ProjectVersion version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var input = await LookAsync(grains, project, version, now, cancellationToken);
        var plan = LoopRules.Next(input);
        var rounds = grains.GetGrain<IRoundsGrain>(project.Value);
        var generations = grains.GetGrain<IGenerationsGrain>(project.Value);
        foreach (var (round, happened) in plan.RoundEvents)
        {
            await rounds.ApplyAsync(round, happened, cancellationToken);
        }

        foreach (var (generation, step) in plan.GenerationSteps)
        {
            await generations.ApplyAsync(generation, step, cancellationToken);
        }

        foreach (var job in plan.Cancel)
        {
            await grains.GetGrain<IJobQueueGrain>("_").CancelAsync(job, cancellationToken);
        }

        if (plan.Round is { } round1)
        {
            await rounds.PlanAsync(round1, cancellationToken);
        }

        if (plan.Cut is { } cut)
        {
            await grains.GetGrain<IDatasetsGrain>(project.Value).CutAsync(cut, cancellationToken);
        }

        if (plan.Generation is { } generation1)
        {
            await generations.PlanAsync(generation1, cancellationToken);
        }

        return (plan.Progress, plan.Work);
    }

    private static async Task<LoopInput> LookAsync(IGrainFactory grains, ProjectId project, ProjectVersion version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var datasets = grains.GetGrain<IDatasetsGrain>(project.Value);
        var shards = Task.WhenAll(Enumerable.Range(0, version.Shards).Select(shard =>
            grains.GetGrain<ILedgerShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{project}/{shard}")).GetStatusAsync(cancellationToken)));
        var rounds = await grains.GetGrain<IRoundsGrain>(project.Value).ListAsync(before: null, Recent, cancellationToken);
        var jobs = await grains.GetGrain<IJobQueueGrain>("_").ListAsync(cancellationToken);
        var input = new LoopInput
        {
            Project = project,
            Settings = version.Settings,
            Created = version.Created,
            Now = now,
            Rounds = rounds,
            Shards = [.. await shards],
            Generations = await grains.GetGrain<IGenerationsGrain>(project.Value).ListAsync(before: null, Recent, cancellationToken),
            Active = await grains.GetGrain<IPoliciesGrain>(project.Value).GetActiveAsync(cancellationToken),
            Prompts = await grains.GetGrain<IPromptCatalogGrain>(project.Value).CountAsync(cancellationToken),
            Jobs = [.. jobs.Where(job => job.Job.Key.Project == project)],
            VotesAtLastRound = rounds.FirstOrDefault(round => round.Version is not null) is { Version: { } last }
                ? (await datasets.FindAsync(NumberedName.Of('v', last), cancellationToken))?.CountedVotes ?? 0
                : 0,
        };
        if (LoopRules.NextInLine(rounds) is { Candidate: null } next)
        {
            var cut = await datasets.CutAsync(
                new(next.Trigger, NumberedName.Of('r', next.Number), $"round/r{next.Number}", version.Settings.Datasets.Replay, LoopRules.WindowStart(rounds)), cancellationToken);
            input = input with { RoundVersion = cut.Value };
        }

        var newest = await datasets.ListAsync(before: null, 1, cancellationToken);
        return input with { Building = await datasets.ListBuildingAsync(Recent, cancellationToken), Newest = newest.FirstOrDefault() };
    }
}
