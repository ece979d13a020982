using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Retractions;

internal sealed class RetractionsGrain(TimeProvider time) : Grain, IRetractionsGrain
{
    private NumberedRecords<RetractionRecord> _records = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _records = NumberedRecords<RetractionRecord>.Of(this, ServiceProvider, GrainFactory, this.GetPrimaryKeyString(), "retractions", DeactivateOnIdle);
        return _records.LoadAsync(cancellationToken);
    }

    public async Task<Outcome<RetractionView>> RetractAsync(Retract wish, CancellationToken cancellationToken)
    {
        if (_records.All.FirstOrDefault(known => known.Key == wish.IdempotencyKey) is { } recorded)
        {
            return recorded.View;
        }

        var outcome = RetractionRules.Plan(wish, _records.Last + 1, time.GetUtcNow());
        return outcome.Value is { } view ? await CommitAsync(new() { Key = wish.IdempotencyKey, View = view }, cancellationToken) : outcome;
    }

    public async Task<Outcome<RetractionView>> ReinstateAsync(string name, string reason, string by, CancellationToken cancellationToken)
    {
        if (Find(name) is not { } record)
        {
            return new Refusal(RefusalCodes.UnknownRetraction, $"There is no retraction {name}.");
        }

        var outcome = RetractionRules.Reinstate(record.View, reason, by);
        return outcome.Value is { } next && next != record.View ? await CommitAsync(record with { View = next }, cancellationToken) : outcome;
    }

    public async Task<RetractionView> CarriedOutAsync(string name, RetractionState state, int judgments, ImmutableArray<TouchedThing> touched, CancellationToken cancellationToken)
    {
        var record = Find(name) ?? throw new ArgumentException($"There is no retraction {name}.", nameof(name));
        return record.View.State == state && RetractionRules.CarriedOut(record.View, judgments, touched) is var next
            ? await CommitAsync(record with { View = next }, cancellationToken)
            : record.View;
    }

    public Task<RetractionView?> GetAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Find(name)?.View);

    public Task<ImmutableArray<RetractionView>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_records.All.Select(record => record.View).ToImmutableArray());

    private RetractionRecord? Find(string name) => _records.Find(NumberedName.NumberOr0('t', name));

    private async Task<RetractionView> CommitAsync(RetractionRecord record, CancellationToken cancellationToken) =>
        (await _records.CommitAsync(record.View.Number, record, RetractionRules.EventOf(record.View), cancellationToken)).View;
}
