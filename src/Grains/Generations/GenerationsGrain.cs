using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Generations;

internal sealed class GenerationsGrain(TimeProvider time) : Grain, IGenerationsGrain
{
    private NumberedRecords<GenerationRecord> _generations = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _generations = NumberedRecords<GenerationRecord>.Of(this, ServiceProvider, GrainFactory, this.GetPrimaryKeyString(), "generations", DeactivateOnIdle);
        return _generations.LoadAsync(cancellationToken);
    }

    public async Task<Outcome<GenerationView>> PlanAsync(PlanGeneration request, CancellationToken cancellationToken)
    {
        if (_generations.All.FirstOrDefault(known => known.Key == request.IdempotencyKey) is { } planned)
        {
            return planned.View;
        }

        var key = this.GetPrimaryKeyString();
        if (await GrainFactory.GetGrain<IProjectGrain>(key).GetAsync(cancellationToken) is not { } project)
        {
            return new Refusal(RefusalCodes.UnknownProject, $"There is no project {key}.");
        }

        var active = await GrainFactory.GetGrain<IPoliciesGrain>(key).GetActiveAsync(cancellationToken);
        var prompts = await GrainFactory.GetGrain<IPromptCatalogGrain>(key).CountAsync(cancellationToken);
        var outcome = GenerationRules.Plan(request, _generations.Find(_generations.Last)?.View, project.Settings.Generation, active, prompts, time.GetUtcNow());
        if (outcome.Value is { } view)
        {
            await _generations.CommitAsync(view.Number, new() { Key = request.IdempotencyKey, View = view }, GenerationRules.EventOf(view), cancellationToken);
        }

        return outcome;
    }

    public async Task<Outcome<GenerationView>> ApplyAsync(string generation, GenerationStep step, CancellationToken cancellationToken)
    {
        if (_generations.Find(NumberedName.NumberOr0('g', generation)) is not { } record)
        {
            return new Refusal(RefusalCodes.UnknownGeneration, $"There is no generation {generation}.");
        }

        var outcome = GenerationRules.Apply(record.View, step);
        if (outcome.Value is { } next && next != record.View)
        {
            await _generations.CommitAsync(next.Number, record with { View = next }, GenerationRules.EventOf(next), cancellationToken);
        }

        return outcome;
    }

    public Task<GenerationView?> GetAsync(string generation, CancellationToken cancellationToken) =>
        Task.FromResult(_generations.Find(NumberedName.NumberOr0('g', generation))?.View);

    public Task<ImmutableArray<GenerationView>> ListAsync(int? before, int count, CancellationToken cancellationToken) =>
        Task.FromResult(_generations.Before(before).Take(count).Select(record => record.View).ToImmutableArray());
}
