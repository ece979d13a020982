using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Policies;

internal sealed class PoliciesGrain(TimeProvider time) : Grain, IPoliciesGrain
{
    private NumberedRecords<PolicyRecord> _policies = null!;
    private NumberedRecords<PolicyActivation> _activations = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var project = this.GetPrimaryKeyString();
        _policies = NumberedRecords<PolicyRecord>.Of(this, ServiceProvider, GrainFactory, project, "policies", DeactivateOnIdle);
        _activations = NumberedRecords<PolicyActivation>.Of(this, ServiceProvider, GrainFactory, project, "activations", DeactivateOnIdle);
        await _policies.LoadAsync(cancellationToken);
        await _activations.LoadAsync(cancellationToken);
        await EnsureStartAsync(cancellationToken);
    }

    public async Task<string> ReserveAsync(string idempotencyKey, CancellationToken cancellationToken)
    {
        var number = Enumerable.Range(1, _policies.Last).FirstOrDefault(n => _policies.Find(n)!.Key == idempotencyKey);
        if (number is 0)
        {
            number = _policies.Last + 1;
            await _policies.CommitAsync(number, new() { Key = idempotencyKey }, happened: null, cancellationToken);
        }

        return NumberedName.Of('p', number);
    }

    public async Task<Outcome<PolicyView>> AddAsync(NewPolicy policy, CancellationToken cancellationToken)
    {
        var number = NumberedName.NumberOr0('p', policy.Id);
        var reserved = _policies.Find(number);
        if (PolicyRules.CheckNew(reserved, policy) is { } refusal)
        {
            return refusal;
        }

        if (reserved!.Policy is null)
        {
            await _policies.CommitAsync(number, reserved with { Policy = policy, Created = time.GetUtcNow() }, PolicyRules.Registered(policy), cancellationToken);
        }

        await EnsureStartAsync(cancellationToken);
        return View(_policies.Find(number)!)!;
    }

    public async Task<Outcome<PolicyView>> ActivateAsync(string policy, string reason, CancellationToken cancellationToken)
    {
        if (_policies.Find(NumberedName.NumberOr0('p', policy)) is not { Policy: not null } found)
        {
            return new Refusal(RefusalCodes.UnknownPolicy, $"There is no policy {policy}.");
        }

        if (_activations.Find(_activations.Last)?.Policy != policy)
        {
            await ActivateAsync(new PolicyActivation { Policy = policy, Reason = reason, Time = time.GetUtcNow() }, cancellationToken);
        }

        return View(found)!;
    }

    public Task<PolicyView?> GetAsync(string policy, CancellationToken cancellationToken) =>
        Task.FromResult(_policies.Find(NumberedName.NumberOr0('p', policy)) is { } found ? View(found) : null);

    public Task<ImmutableArray<PolicyView>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_policies.All.Select(View).OfType<PolicyView>().ToImmutableArray());

    public Task<ActivePolicy?> GetActiveAsync(CancellationToken cancellationToken) =>
        Task.FromResult(PolicyRules.Active(_activations.All, name => _policies.Find(NumberedName.NumberOr0('p', name))?.Policy));

    /// <summary>The first registered policy is π0; a crash between its registration and its activation is mended here.</summary>
    private Task EnsureStartAsync(CancellationToken cancellationToken) =>
        _activations.Last is 0 && _policies.All.FirstOrDefault(record => record.Policy is not null) is { Policy: { } first }
            ? ActivateAsync(new PolicyActivation { Policy = first.Id, Reason = "The first policy of the project.", Time = time.GetUtcNow() }, cancellationToken)
            : Task.CompletedTask;

    private Task<PolicyActivation> ActivateAsync(PolicyActivation activation, CancellationToken cancellationToken) =>
        _activations.CommitAsync(_activations.Last + 1, activation, PolicyRules.Activated(_activations.Last + 1, activation), cancellationToken);

    private PolicyView? View(PolicyRecord record) => record.Policy is not { } policy ? null : new()
    {
        Policy = policy,
        Created = record.Created,
        IsActive = _activations.Find(_activations.Last)?.Policy == policy.Id,
        IsStart = _activations.Find(1)?.Policy == policy.Id,
    };
}
