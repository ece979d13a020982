using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Rounds;

internal sealed class RoundsGrain(TimeProvider time) : Grain, IRoundsGrain
{
    private NumberedRecords<RoundRecord> _rounds = null!;

    private IPoliciesGrain Policies => GrainFactory.GetGrain<IPoliciesGrain>(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _rounds = NumberedRecords<RoundRecord>.Of(this, ServiceProvider, GrainFactory, this.GetPrimaryKeyString(), "rounds", DeactivateOnIdle);
        return _rounds.LoadAsync(cancellationToken);
    }

    public async Task<Outcome<RoundView>> PlanAsync(PlanRound request, CancellationToken cancellationToken)
    {
        if (_rounds.All.FirstOrDefault(known => known.Key == request.IdempotencyKey) is { } planned)
        {
            return planned.View;
        }

        var key = this.GetPrimaryKeyString();
        if (await GrainFactory.GetGrain<IProjectGrain>(key).GetAsync(cancellationToken) is not { } project)
        {
            return new Refusal(RefusalCodes.UnknownProject, $"There is no project {key}.");
        }

        var active = await Policies.GetActiveAsync(cancellationToken);
        var policies = (await Policies.ListAsync(cancellationToken)).Select(policy => policy.Policy.Id).ToHashSet();
        var outcome = RoundRules.Plan(request, _rounds.Last + 1, project.Settings.Rounds, active, policies.Contains, time.GetUtcNow());
        if (outcome.Value is { } view)
        {
            await _rounds.CommitAsync(view.Number, new() { Key = request.IdempotencyKey, View = view }, RoundRules.EventOf(null, view), cancellationToken);
        }

        return outcome;
    }

    public async Task<Outcome<RoundView>> ApplyAsync(string round, RoundEvent happened, CancellationToken cancellationToken)
    {
        if (_rounds.Find(NumberedName.NumberOr0('r', round)) is not { } record)
        {
            return new Refusal(RefusalCodes.UnknownRound, $"There is no round {round}.");
        }

        var outcome = RoundRules.Apply(record.View, happened, time.GetUtcNow());
        if (outcome.Value is not { } next || next == record.View)
        {
            return outcome;
        }

        if (next.State is RoundState.Queued or RoundState.Evaluating && record.View.State is RoundState.Planned && await Policies.GetActiveAsync(cancellationToken) is { } active)
        {
            next = RoundRules.Resolve(next, active);
        }

        if (next.State is RoundState.Promoted && record.View.State is not RoundState.Promoted)
        {
            // Before the round's own event: after a crash between the two the round is decided again, and the policy is already active.
            await Policies.ActivateAsync(next.Candidate!, $"{round}: {next.Reason}", cancellationToken);
        }

        await _rounds.CommitAsync(next.Number, record with { View = next }, RoundRules.EventOf(record.View, next), cancellationToken);
        return next;
    }

    public Task<RoundView?> GetAsync(string round, CancellationToken cancellationToken) =>
        Task.FromResult(_rounds.Find(NumberedName.NumberOr0('r', round))?.View);

    public Task<ImmutableArray<RoundView>> ListAsync(int? before, int count, CancellationToken cancellationToken) =>
        Task.FromResult(_rounds.Before(before).Take(count).Select(record => record.View).ToImmutableArray());
}
