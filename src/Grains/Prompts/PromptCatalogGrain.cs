using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>Holds the ids, splits and places of all prompts in memory (about 200 bytes a prompt); texts stay in the segments.</summary>
internal sealed class PromptCatalogGrain(IBlobStore store) : Grain, IPromptCatalogGrain
{
    private readonly Dictionary<PromptId, PromptEntry> _entries = [];
    private readonly Dictionary<(string Split, long Seed), ImmutableArray<PromptId>> _orders = [];
    private NumberedRecords<PromptSegment> _segments = null!;
    private ImmutableArray<PromptId>? _byId;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _segments = NumberedRecords<PromptSegment>.Of(this, ServiceProvider, GrainFactory, this.GetPrimaryKeyString(), "prompts", DeactivateOnIdle);
        await _segments.LoadAsync(cancellationToken);
        foreach (var segment in _segments.All)
        {
            Index(segment, (await ReadAsync(segment.Blob, cancellationToken)).Bytes);
        }
    }

    public async Task<int> AddSegmentAsync(string segmentBlob, CancellationToken cancellationToken)
    {
        if (_segments.All.Any(known => known.Blob == segmentBlob))
        {
            return 0;
        }

        var project = await GrainFactory.GetGrain<IProjectGrain>(this.GetPrimaryKeyString()).GetAsync(cancellationToken)
            ?? throw new InvalidOperationException($"There is no project {this.GetPrimaryKeyString()} to add prompts to.");
        var content = await ReadAsync(segmentBlob, cancellationToken);
        var segment = new PromptSegment { Blob = segmentBlob, Sha256 = ContentHash.Hex(content.Bytes.Span), TestShare = project.Settings.TestShare };
        var happened = new ProjectEvent("prompts.added", segmentBlob, EventBody.Of(("segment", segment.Blob), ("sha256", segment.Sha256), ("test_share", segment.TestShare)));
        await _segments.CommitAsync(_segments.Last + 1, segment, happened, cancellationToken);
        return Index(segment, content.Bytes);
    }

    public Task<ImmutableArray<PromptEntry?>> FindAsync(ImmutableArray<PromptId> prompts, CancellationToken cancellationToken) =>
        Task.FromResult(prompts.Select(prompt => _entries.GetValueOrDefault(prompt)).ToImmutableArray());

    public Task<ImmutableArray<PromptEntry>> ListAsync(string split, PromptId? after, int count, CancellationToken cancellationToken)
    {
        var ids = _byId ??= [.. _entries.Keys.Order()];
        var at = after is { } id ? ids.BinarySearch(id) is var found && found >= 0 ? found + 1 : ~found : 0;
        return Task.FromResult(ids.Skip(at).Select(next => _entries[next]).Where(entry => split.Length is 0 || entry.Split == split).Take(count).ToImmutableArray());
    }

    public Task<ImmutableArray<PromptEntry>> DrawAsync(string split, long seed, long cursor, int count, CancellationToken cancellationToken)
    {
        if (!_orders.TryGetValue((split, seed), out var order))
        {
            order = PromptRules.Order(_entries.Values.Where(entry => entry.Split == split).Select(entry => entry.Id), seed);
            _orders[(split, seed)] = order;
        }

        return Task.FromResult<ImmutableArray<PromptEntry>>(order.IsEmpty
            ? []
            : [.. Enumerable.Range(0, count).Select(i => _entries[order[(int)((cursor + i) % order.Length)]])]);
    }

    public Task<PromptCounts> CountAsync(CancellationToken cancellationToken)
    {
        var test = _entries.Values.Count(entry => entry.Split is "test");
        return Task.FromResult(new PromptCounts(_entries.Count - test, test));
    }

    private int Index(PromptSegment segment, ReadOnlyMemory<byte> content)
    {
        var added = 0;
        var project = new ProjectId(this.GetPrimaryKeyString());
        foreach (var (offset, line) in JsonLines.Split(content))
        {
            using var row = JsonDocument.Parse(line);
            var id = StringId.Parse<PromptId>(row.RootElement.GetProperty("prompt_id").GetString());
            added += _entries.TryAdd(id, new(id, PromptRules.SplitOf(project, id, segment.TestShare), new(segment.Blob, offset, line.Length))) ? 1 : 0;
        }

        _byId = null;
        _orders.Clear();
        return added;
    }

    private async Task<BlobContent> ReadAsync(string blob, CancellationToken cancellationToken) =>
        await store.GetAsync(blob, cancellationToken) ?? throw new InvalidDataException($"The prompt segment {blob} is missing.");
}
