using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

internal sealed class DatasetsGrain(TimeProvider time) : Grain, IDatasetsGrain
{
    private NumberedRecords<VersionRecord> _versions = null!;
    private NumberedRecords<TagMove> _moves = null!;

    private Dictionary<string, TagMove> Tags => _moves.All.GroupBy(move => move.Tag).Select(tag => tag.Last()).Where(tag => tag.Version > 0).ToDictionary(tag => tag.Tag, StringComparer.Ordinal);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var project = this.GetPrimaryKeyString();
        _versions = NumberedRecords<VersionRecord>.Of(this, ServiceProvider, GrainFactory, project, "versions", DeactivateOnIdle);
        _moves = NumberedRecords<TagMove>.Of(this, ServiceProvider, GrainFactory, project, "tags", DeactivateOnIdle);
        await _versions.LoadAsync(cancellationToken);
        await _moves.LoadAsync(cancellationToken);
    }

    public async Task<Outcome<VersionView>> CutAsync(CutRequest request, CancellationToken cancellationToken)
    {
        if (_versions.All.FirstOrDefault(known => known.Key == request.IdempotencyKey) is { } cut)
        {
            return Tagged(cut.View);
        }

        var key = this.GetPrimaryKeyString();
        if (await GrainFactory.GetGrain<IProjectGrain>(key).GetAsync(cancellationToken) is not { } project)
        {
            return new Refusal(RefusalCodes.UnknownProject, $"There is no project {key}.");
        }

        var shards = await Task.WhenAll(Enumerable.Range(0, project.Shards).Select(shard =>
            GrainFactory.GetGrain<ILedgerShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{key}/{shard}")).GetStatusAsync(cancellationToken)));
        var own = await GrainFactory.GetGrain<IProjectLedgerGrain>(key).GetPositionAsync(cancellationToken);
        var outcome = DatasetRules.Cut(request, _versions.Last + 1, project, [.. shards], own, Find, time.GetUtcNow());
        if (outcome.Value is not { } view)
        {
            return outcome;
        }

        await _versions.CommitAsync(view.Version, new() { Key = request.IdempotencyKey, View = view }, DatasetRules.EventOf(view), cancellationToken);
        return view;
    }

    public async Task PublishedAsync(int version, VersionFacts? facts, Refusal? failure, CancellationToken cancellationToken)
    {
        if (_versions.Find(version) is { } record && DatasetRules.Published(record.View, facts, failure) is var next && next != record.View)
        {
            await _versions.CommitAsync(version, record with { View = next }, DatasetRules.EventOf(next), cancellationToken);
        }
    }

    public Task<VersionView?> FindAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(Find(name) is { } found ? Tagged(found) : null);

    public Task<ImmutableArray<VersionView>> ListAsync(int? before, int count, CancellationToken cancellationToken) =>
        Task.FromResult(_versions.Before(before).Take(count).Select(record => Tagged(record.View)).ToImmutableArray());

    public Task<ImmutableArray<VersionView>> ListBuildingAsync(int count, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<VersionView>>([.. _versions.All.Where(record => record.View.State is VersionState.Building).Take(count).Select(record => Tagged(record.View))]);

    public async Task<Outcome<VersionView>> TagAsync(TagChange change, CancellationToken cancellationToken)
    {
        var now = Tags.GetValueOrDefault(change.Tag);
        if ((DatasetRules.CheckTag(change.Tag) ?? TagRules.Check(now, change)) is { } refusal)
        {
            return refusal;
        }

        if (_versions.Find(change.Version) is not { View.State: VersionState.Published } record)
        {
            return new Refusal(RefusalCodes.UnknownVersion, $"There is no published version v{change.Version}.");
        }

        if (TagRules.Next(now, change) is { } move)
        {
            var number = _moves.Last + 1;
            await _moves.CommitAsync(number, move, TagRules.EventOf(number, now, move), cancellationToken);
        }

        return Tagged(record.View);
    }

    public async Task<Refusal?> UntagAsync(string tag, bool overrides, CancellationToken cancellationToken)
    {
        if (!Tags.TryGetValue(tag, out var now))
        {
            return new(RefusalCodes.UnknownVersion, $"There is no tag '{tag}'.");
        }

        if (TagRules.CheckRemoval(now, overrides) is { } refusal)
        {
            return refusal;
        }

        var number = _moves.Last + 1;
        await _moves.CommitAsync(number, new(tag, 0), TagRules.RemovalOf(number, now), cancellationToken);
        return null;
    }

    public Task<ImmutableArray<TagView>> ListTagsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<TagView>>([.. Tags.Values.OrderBy(tag => tag.Tag, StringComparer.Ordinal).Select(tag => new TagView(tag.Tag, tag.Version, tag.Protected))]);

    public async Task<Outcome<VersionView>> DeleteAsync(int version, string reason, CancellationToken cancellationToken)
    {
        if (_versions.Find(version) is not { } record)
        {
            return new Refusal(RefusalCodes.UnknownVersion, $"There is no version v{version}.");
        }

        var outcome = DatasetRules.Delete(record.View, [.. Tags.Values.Where(tag => tag.Version == version)], reason, time.GetUtcNow());
        if (outcome.Value is { } next && next != record.View)
        {
            await _versions.CommitAsync(version, record with { View = next }, DatasetRules.EventOf(next), cancellationToken);
        }

        return outcome;
    }

    private VersionView? Find(string name) => DatasetRules.Find(name, [.. _versions.All.Select(record => record.View)], Tags.ToDictionary(tag => tag.Key, tag => tag.Value.Version));

    private VersionView Tagged(VersionView version) =>
        version with { Tags = [.. Tags.Values.Where(tag => tag.Version == version.Version).Select(tag => tag.Tag).Order(StringComparer.Ordinal)] };
}
