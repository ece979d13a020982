using System.Collections.Immutable;
using System.Text;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Retractions;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Projects;

internal sealed class ProjectGrain(IBlobStore store, TimeProvider time) : Grain, IProjectGrain
{
    private NumberedRecords<ProjectVersion> _versions = null!;
    private NumberedRecords<ImportReservation> _imports = null!;
    private ProjectProgress _progress = new();

    private ProjectId Id => new(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _versions = NumberedRecords<ProjectVersion>.Of(this, ServiceProvider, GrainFactory, Id.Value, "settings", DeactivateOnIdle);
        _imports = NumberedRecords<ImportReservation>.Of(this, ServiceProvider, GrainFactory, Id.Value, "imports", DeactivateOnIdle);
        await _versions.LoadAsync(cancellationToken);
        await _imports.LoadAsync(cancellationToken);
    }

    public async Task<Outcome<ProjectView>> CreateAsync(ProjectSettings settings, int shards, CancellationToken cancellationToken)
    {
        var outcome = ProjectRules.Create(_versions.Find(1), settings, shards, time.GetUtcNow());
        if (outcome.Value is not { } version)
        {
            return outcome.Refusal!;
        }

        if (_versions.Last is 0)
        {
            await CommitAsync(1, version, cancellationToken);
        }

        await GrainFactory.GetGrain<IProjectsGrain>("_").AddAsync(Id, cancellationToken);
        return (await GetAsync(cancellationToken))!;
    }

    public async Task<ProjectView?> GetAsync(CancellationToken cancellationToken)
    {
        if (_versions.Find(_versions.Last) is not { } version)
        {
            return null;
        }

        var active = await GrainFactory.GetGrain<IPoliciesGrain>(Id.Value).GetActiveAsync(cancellationToken);
        return new()
        {
            Id = Id,
            Settings = ProjectRules.Complete(version.Settings, repeatShare: 0),
            ETag = ProjectRules.ETagOf(_versions.Last),
            Shards = version.Shards,
            Guideline = version.Guideline,
            Created = version.Created,
            ActivePolicy = active?.Active,
        };
    }

    public async Task<Outcome<ProjectView>> UpdateAsync(ProjectSettings settings, string ifMatch, CancellationToken cancellationToken)
    {
        if (_versions.Find(_versions.Last) is not { } current)
        {
            return new Refusal(RefusalCodes.UnknownProject, $"There is no project {Id}.");
        }

        var outcome = ProjectRules.Update(current, _versions.Last, settings, ifMatch);
        if (outcome.Value is not { } version)
        {
            return outcome.Refusal!;
        }

        await CommitAsync(_versions.Last + 1, version, cancellationToken);
        return (await GetAsync(cancellationToken))!;
    }

    public async Task<ImmutableArray<LoopWork>> AdvanceAsync(CancellationToken cancellationToken)
    {
        if (_versions.Find(_versions.Last) is not { } version)
        {
            return [];
        }

        var step = await LoopStep.TakeAsync(GrainFactory, Id, version, time.GetUtcNow(), cancellationToken);
        _progress = step.Progress;
        var retractions = await GrainFactory.GetGrain<IRetractionsGrain>(Id.Value).ListAsync(cancellationToken);
        return [.. step.Work, .. retractions.Where(retraction => retraction.IsPending).Select(retraction => new LoopWork(LoopWorkKind.CarryOutRetraction, retraction.Name))];
    }

    public Task<ProjectProgress> GetProgressAsync(CancellationToken cancellationToken) => Task.FromResult(_progress);

    public async Task<string> ReserveImportAsync(string idempotencyKey, CancellationToken cancellationToken)
    {
        var number = Enumerable.Range(1, _imports.Last).FirstOrDefault(n => _imports.Find(n)!.Key == idempotencyKey);
        if (number is 0)
        {
            number = _imports.Last + 1;
            await _imports.CommitAsync(number, new(idempotencyKey), happened: null, cancellationToken);
        }

        return NumberedName.Of('i', number);
    }

    private async Task CommitAsync(int number, ProjectVersion version, CancellationToken cancellationToken)
    {
        // The text first: an event names a guideline version only when its text is readable.
        var guideline = $"projects/{Id}/guidelines/{ProjectRules.ETagOf(version.Guideline)}.md";
        var text = Encoding.UTF8.GetBytes(version.Settings.Guideline);
        if (await store.PutIfAbsentAsync(guideline, text, cancellationToken) is null
            && await store.GetAsync(guideline, cancellationToken) is { } other && !other.Bytes.Span.SequenceEqual(text))
        {
            // Left by an update that failed before its event: nothing names it yet.
            await store.PutIfMatchAsync(guideline, text, other.ETag, cancellationToken);
        }

        await _versions.CommitAsync(number, version, ProjectRules.EventOf(number, version), cancellationToken);
    }
}
