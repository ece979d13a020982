using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

internal sealed class DatasetsGrain(TimeProvider time) : Grain, IDatasetsGrain
{
    private NumberedRecords<VersionRecord> _versions = null!;
    private NumberedRecords<TagMove> _moves = null!;

    private Dictionary<string, int> Tags => _moves.All.GroupBy(move => move.Tag).Where(tag => tag.Last().Version > 0).ToDictionary(tag => tag.Key, tag => tag.Last().Version);

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

    public async Task<Outcome<VersionView>> TagAsync(string tag, int version, CancellationToken cancellationToken)
    {
        if (DatasetRules.CheckTag(tag) is { } refusal)
        {
            return refusal;
        }

        if (_versions.Find(version) is not { View.State: VersionState.Published } record)
        {
            return new Refusal(RefusalCodes.UnknownVersion, $"There is no published version v{version}.");
        }

        if (!Tags.TryGetValue(tag, out var at) || at != version)
        {
            var number = _moves.Last + 1;
            var happened = new ProjectEvent("dataset.tagged", number.ToString(CultureInfo.InvariantCulture), EventBody.Of(("tag", tag), ("version", version)));
            await _moves.CommitAsync(number, new(tag, version), happened, cancellationToken);
        }

        return Tagged(record.View);
    }

    public async Task<bool> UntagAsync(string tag, CancellationToken cancellationToken)
    {
        if (!Tags.TryGetValue(tag, out var version))
        {
            return false;
        }

        var number = _moves.Last + 1;
        var happened = new ProjectEvent("dataset.untagged", number.ToString(CultureInfo.InvariantCulture), EventBody.Of(("tag", tag), ("version", version)));
        await _moves.CommitAsync(number, new(tag, 0), happened, cancellationToken);
        return true;
    }

    public Task<ImmutableSortedDictionary<string, int>> ListTagsAsync(CancellationToken cancellationToken) => Task.FromResult(Tags.ToImmutableSortedDictionary(StringComparer.Ordinal));

    public async Task<Outcome<VersionView>> DeleteAsync(int version, string reason, CancellationToken cancellationToken)
    {
        if (_versions.Find(version) is not { } record)
        {
            return new Refusal(RefusalCodes.UnknownVersion, $"There is no version v{version}.");
        }

        var outcome = DatasetRules.Delete(record.View, Tagged(record.View).Tags, reason, time.GetUtcNow());
        if (outcome.Value is { } next && next != record.View)
        {
            await _versions.CommitAsync(version, record with { View = next }, DatasetRules.EventOf(next), cancellationToken);
        }

        return outcome;
    }

    private VersionView? Find(string name) => DatasetRules.Find(name, [.. _versions.All.Select(record => record.View)], Tags);

    private VersionView Tagged(VersionView version) =>
        version with { Tags = [.. Tags.Where(tag => tag.Value == version.Version).Select(tag => tag.Key).Order(StringComparer.Ordinal)] };
}
