using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Reads what a recipe names: pairs and judgments from the ledger up to its positions, texts from the segments. Everything is held in memory.</summary>
public static class VersionSource
{
    /// <summary>All pairs in id order.</summary>
    /// <exception cref="LedgerCorruptException">The ledger is damaged, or its event at a position is not the one that was cut.</exception>
    public static async Task<ImmutableArray<SourcePair>> ReadPairsAsync(IBlobStore store, Recipe recipe, CancellationToken cancellationToken)
    {
        var pairs = new List<SourcePair>();
        foreach (var position in recipe.Positions.Where(position => position.Shard != "_project"))
        {
            var since = recipe.Since.FirstOrDefault(before => before.Shard == position.Shard)?.Seq ?? 0;
            pairs.AddRange(await ReadShardAsync(store, recipe.Project, position, since, cancellationToken));
        }

        return [.. pairs.OrderBy(pair => pair.Pair.Id)];
    }

    /// <summary>Texts of some pairs. Each segment is read once.</summary>
    public static async Task<Dictionary<PairId, PairTexts>> ReadTextsAsync(IBlobStore store, IEnumerable<PairRecord> pairs, CancellationToken cancellationToken)
    {
        var wanted = pairs.ToArray();
        var blobs = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var blob in wanted.SelectMany(pair => new[] { pair.PromptAt.Blob, pair.AAt.Blob, pair.BAt.Blob }).Distinct().Order(StringComparer.Ordinal))
        {
            blobs[blob] = (await store.GetAsync(blob, cancellationToken))?.Bytes ?? throw new InvalidDataException($"The segment {blob} is missing.");
        }

        return wanted.ToDictionary(pair => pair.Id, pair => new PairTexts(
            PromptRow.Parse(Row(pair.PromptAt)).Content, ResponseRow.Parse(Row(pair.AAt)), ResponseRow.Parse(Row(pair.BAt))));

        ReadOnlyMemory<byte> Row(BlobSlice at) => blobs[at.Blob].Slice((int)at.Offset, at.Length);
    }

    private static async Task<IEnumerable<SourcePair>> ReadShardAsync(IBlobStore store, string project, RecipePosition position, long since, CancellationToken cancellationToken)
    {
        var pairs = new Dictionary<PairId, PairRecord>();
        var judgments = new List<LedgerEntry>();
        var dead = new HashSet<JudgmentId>();
        var head = "";
        await foreach (var entry in LedgerReader.ReadAsync(store, project, position.Shard, fromSeq: 1, position.Seq, cancellationToken))
        {
            head = entry.Hash;
            switch (entry.Event)
            {
                case PairsAdded added:
                    await AddSegmentAsync(store, added.Segment, pairs, cancellationToken);
                    break;
                case JudgmentRecorded recorded:
                    judgments.Add(entry);
                    if (recorded.Supersedes is { } edited)
                    {
                        dead.Add(edited);
                    }

                    break;
                case JudgmentWithdrawn withdrawn:
                    dead.Add(withdrawn.Judgment);
                    break;
                default:
                    break;
            }
        }

        if (position.Seq > 0 && head != position.Head)
        {
            throw new InvalidDataException($"Event {position.Seq} of shard {position.Shard} hashes to {head}; the version was cut at {position.Head}.");
        }

        var byPair = judgments.Select(entry => (Entry: entry, Event: (JudgmentRecorded)entry.Event)).ToLookup(item => item.Event.Pair);
        return pairs.Values.Select(pair => new SourcePair(
            pair, [.. byPair[pair.Id].Select(item => new SourceJudgment(item.Entry.Seq, item.Entry.Time, item.Event, !dead.Contains(item.Event.Id)))], since));
    }

    private static async Task AddSegmentAsync(IBlobStore store, string segment, Dictionary<PairId, PairRecord> pairs, CancellationToken cancellationToken)
    {
        var content = await store.GetAsync(segment, cancellationToken) ?? throw new InvalidDataException($"The pair segment {segment} is missing.");
        foreach (var (_, line) in JsonLines.Split(content.Bytes))
        {
            var pair = PairSegment.Parse(line.Span);
            pairs.TryAdd(pair.Id, pair);
        }
    }
}
