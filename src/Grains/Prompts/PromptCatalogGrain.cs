using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>Holds the ids, splits, labels and places of all prompts in memory; texts stay in the segments.</summary>
internal sealed class PromptCatalogGrain(IBlobStore store) : Grain, IPromptCatalogGrain
{
    private readonly PromptIndex _index = new();
    private readonly Dictionary<(string Split, long Seed), int[]> _orders = [];
    private NumberedRecords<PromptSegment> _segments = null!;

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
        Task.FromResult(prompts.Select(_index.Find).ToImmutableArray());

    public Task<ImmutableArray<PromptEntry>> ListAsync(PromptFilter filter, PromptId? after, int count, CancellationToken cancellationToken) =>
        Task.FromResult(_index.List(filter, after).Take(count).ToImmutableArray());

    public Task<ImmutableArray<PromptEntry>> DrawAsync(string split, long seed, long cursor, int count, CancellationToken cancellationToken)
    {
        if (!_orders.TryGetValue((split, seed), out var order))
        {
            order = _index.Order(split, seed);
            _orders[(split, seed)] = order;
        }

        return Task.FromResult<ImmutableArray<PromptEntry>>(order.Length is 0
            ? []
            : [.. Enumerable.Range(0, count).Select(i => _index.At(order[(int)((cursor + i) % order.Length)]))]);
    }

    public Task<PromptCounts> CountAsync(CancellationToken cancellationToken) => Task.FromResult(new PromptCounts(_index.Count - _index.Tests, _index.Tests));

    private int Index(PromptSegment segment, ReadOnlyMemory<byte> content)
    {
        var project = new ProjectId(this.GetPrimaryKeyString());
        _orders.Clear();
        return _index.Add(segment.Blob, JsonLines.Split(content).Select(line => Read(line.Offset, line.Line)));

        (long, int, PromptId, bool, PromptLabels?) Read(long offset, ReadOnlyMemory<byte> line)
        {
            using var row = JsonDocument.Parse(line);
            var id = StringId.Parse<PromptId>(row.RootElement.GetProperty("prompt_id").GetString());
            return (offset, line.Length, id, PromptRules.SplitOf(project, id, segment.TestShare) is "test", PromptLabels.FromJson(row.RootElement, out _));
        }
    }

    private async Task<BlobContent> ReadAsync(string blob, CancellationToken cancellationToken) =>
        await store.GetAsync(blob, cancellationToken) ?? throw new InvalidDataException($"The prompt segment {blob} is missing.");
}
