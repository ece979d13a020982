using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>
/// Pairs, texts and judgments of a project by bucket. The ledger and the segments are in the order of arrival, tables in the order of hashes; the index turns one into the other once, and each
/// version reads on from where the last one stopped. It is derived: deleted, it is made again.
/// </summary>
public sealed class SourceIndex
{
    private const int CompactFrom = 16;
    private const long Small = 4 << 20;
    private readonly IBlobStore _runs;
    private readonly SourceIndexState _state;
    private readonly Recipe _recipe;
    private readonly long[] _limits;
    private readonly long[] _since;
    private readonly ConcurrentBag<SourceBucket> _closed = [];

    private SourceIndex(IBlobStore runs, SourceIndexState state, Recipe recipe, BlockPool blocks)
    {
        (_runs, _state, _recipe, Blocks) = (runs, state, recipe, blocks);
        _limits = [.. state.Shards.Select(mark => recipe.Positions.FirstOrDefault(position => position.Shard == mark.Shard)?.Seq ?? 0)];
        _since = [.. state.Shards.Select(mark => recipe.Since.FirstOrDefault(position => position.Shard == mark.Shard)?.Seq ?? 0)];
    }

    /// <summary>Folder of an index.</summary>
    public static string Folder(string project) => $"projects/{project}/datasets/_index/";

    /// <summary>Brings the index up to a recipe's positions and opens it there.</summary>
    /// <param name="store">Ledger and segments.</param>
    /// <param name="runs">Where the index is kept; another store than <paramref name="store"/> makes it anew.</param>
    /// <param name="recipe">Positions and window.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="LedgerCorruptException">The ledger is damaged.</exception>
    /// <exception cref="InvalidDataException">The ledger's event at a position is not the one that was cut.</exception>
    public static async Task<SourceIndex> OpenAsync(IBlobStore store, IBlobStore runs, Recipe recipe, CancellationToken cancellationToken)
    {
        var name = Folder(recipe.Project) + "state.json";
        var stored = await runs.GetAsync(name, cancellationToken);
        var (state, blocks) = (Parse(stored), new BlockPool());
        SourceIndexState next;
        try
        {
            next = await AdvanceAsync(store, runs, recipe, state, blocks, cancellationToken);
        }
        catch (Exception stale) when (state.Shards.Length > 0 && stale is LedgerCorruptException or InvalidDataException or FileNotFoundException)
        {
            // The ledger is not the one that was indexed (restored from a copy), or the index is damaged. If it is the ledger, reading it from its beginning says so.
            next = await AdvanceAsync(store, runs, recipe, New(), blocks, cancellationToken);
        }

        if (!ReferenceEquals(next, state))
        {
            next = await CompactAsync(runs, recipe.Project, next, cancellationToken);
            var bytes = JsonSerializer.SerializeToUtf8Bytes(next, JobJson.Line);
            var written = stored is null ? await runs.PutIfAbsentAsync(name, bytes, cancellationToken) : await runs.PutIfMatchAsync(name, bytes, stored.ETag, cancellationToken);
            if (written is null)
            {
                throw new IOException($"Another process is indexing {recipe.Project}; the work is tried again.");
            }

            var old = state.Runs.Select(run => run.Blob).ToHashSet(StringComparer.Ordinal);
            if (stored is not null && state.Shards.IsEmpty)
            {
                // The index before could not be read, so its runs are known by their names alone.
                await foreach (var blob in runs.ListAsync(Folder(recipe.Project), cancellationToken))
                {
                    old.Add(blob.Name);
                }
            }

            foreach (var run in old.Where(blob => blob.EndsWith(".run", StringComparison.Ordinal)).Except(next.Runs.Select(run => run.Blob)))
            {
                await runs.DeleteAsync(run, etag: null, cancellationToken);
            }
        }

        return new(runs, next, recipe, blocks);
    }

    /// <summary>
    /// A word for everything in a bucket up to the recipe's positions: the same word, the same events. Null where it is not known without reading, because the index is past the positions.
    /// </summary>
    public string? TouchOf(int bucket) => _state.Shards.Select((mark, shard) => mark.Seq > _limits[shard]).Any(past => past) ? null
        : string.Create(CultureInfo.InvariantCulture, $"{_state.Generation} {string.Join(' ', _state.Shards.Select((mark, shard) => $"{mark.Shard}:{_state.Touched[bucket][shard]}"))}");

    /// <summary>Bytes of the largest bucket.</summary>
    public long LargestBucket => Enumerable.Range(0, BucketTables.Count).Max(bucket => _state.Runs.Sum(run => run.Ends[bucket] - (bucket is 0 ? 0 : run.Ends[bucket - 1])));

    /// <summary>Memory for reading and for what is made of it.</summary>
    internal BlockPool Blocks { get; }

    /// <summary>The pairs of a bucket with judgments and texts, in the order of ids.</summary>
    public async Task<ImmutableArray<SourceRow>> ReadAsync(int bucket, CancellationToken cancellationToken)
    {
        using var opened = await OpenBucketAsync(bucket, cancellationToken);
        return [.. RowsOf(opened)];
    }

    /// <summary>The frames of a bucket.</summary>
    internal async Task<SourceBucket> OpenBucketAsync(int bucket, CancellationToken cancellationToken)
    {
        var opened = _closed.TryTake(out var closed) ? closed : new(Blocks, _limits, _closed.Add);
        try
        {
            foreach (var run in _state.Runs)
            {
                await opened.AddAsync(_runs, run, bucket, cancellationToken);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The rows of a bucket, made one by one, in the order of ids.</summary>
    internal IEnumerable<SourceRow> RowsOf(SourceBucket opened) => opened.Rows(_state.Shards, _since, _recipe.Options.Rankings);

    private static SourceIndexState New() => new() { Generation = Guid.NewGuid().ToString("N") };

    private static SourceIndexState Parse(BlobContent? stored)
    {
        try
        {
            return stored is not null && JsonSerializer.Deserialize<SourceIndexState>(stored.Bytes.Span, JobJson.Line) is { Format: SourceIndexState.CurrentFormat } state ? state : New();
        }
        catch (JsonException)
        {
            // Derived, so a damaged one is made again.
            return New();
        }
    }

    private static async Task<SourceIndexState> AdvanceAsync(IBlobStore store, IBlobStore runs, Recipe recipe, SourceIndexState state, BlockPool blocks, CancellationToken cancellationToken)
    {
        var wanted = recipe.Positions.Where(position => position.Shard is not LedgerFolder.ProjectShard && position.Seq > 0).ToArray();
        var marks = state.Shards.AddRange(wanted.Where(position => state.Shards.All(mark => mark.Shard != position.Shard)).Select(position => new SourceMark(position.Shard, 0, 0, 0, 0, 0, Convert.ToHexStringLower(LedgerCodec.NoHash))));
        foreach (var position in wanted)
        {
            var mark = marks.First(mark => mark.Shard == position.Shard);
            if (mark.Seq == position.Seq && mark.Head != position.Head)
            {
                throw Another(position, mark.Head);
            }
        }

        foreach (var run in state.Runs)
        {
            if ((await runs.StatAsync(run.Blob, cancellationToken))?.Length != run.Length)
            {
                throw new InvalidDataException($"{run.Blob} is missing or cut short.");
            }
        }

        var behind = wanted.Where(position => marks.First(mark => mark.Shard == position.Shard).Seq < position.Seq).ToArray();
        if (behind.Length is 0)
        {
            return state;
        }

        var gathering = new SourceGathering(runs, blocks, recipe.Project, state, marks.Length);
        var next = marks.ToArray();
        await Parallel.ForEachAsync(behind, new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, 4), CancellationToken = cancellationToken }, async (position, token) =>
        {
            var shard = marks.IndexOf(marks.First(mark => mark.Shard == position.Shard));
            next[shard] = await ReadShardAsync(store, recipe.Project, position, marks[shard], (ushort)shard, gathering, blocks, token);
        });
        await gathering.FlushAsync(cancellationToken);
        return state with { Shards = [.. next], Touched = gathering.Touched(), Runs = [.. state.Runs, .. gathering.Runs] };
    }

    private static async Task<SourceMark> ReadShardAsync(
        IBlobStore store, string project, RecipePosition position, SourceMark mark, ushort shard, SourceGathering gathering, BlockPool blocks, CancellationToken cancellationToken)
    {
        using var reader = new SliceReader(store, blocks);
        using var events = new EventWriter();
        var cursor = new LedgerCursor(store, new LedgerFolder(project, position.Shard), new LedgerMark(mark.Segment, mark.Position, mark.Seq, mark.Time, mark.Epoch, Convert.FromHexString(mark.Head)));
        await foreach (var entry in cursor.ReadAsync(cancellationToken))
        {
            if (entry.Event is PairsAdded added)
            {
                await AddSegmentAsync(SegmentLines.ReadAsync(store, added.Segment, blocks, cancellationToken), reader, entry.Seq, shard, gathering, cancellationToken);
            }
            else if (SourceFrames.PairOf(entry.Event) is { } pair)
            {
                await gathering.AddEventAsync(VersionTables.NumberOf(pair), shard, entry.Seq, events.Write(entry), cancellationToken);
            }

            if (entry.Seq == position.Seq)
            {
                var at = cursor.Mark;
                return entry.Hash == position.Head ? new(position.Shard, at.Segment, at.Position, at.Seq, at.Time, at.Epoch, entry.Hash) : throw Another(position, entry.Hash);
            }
        }

        throw new LedgerCorruptException(new LedgerFolder(project, position.Shard).Segment(Math.Max(1, cursor.Segment)), cursor.Position, cursor.Seq + 1, "the ledger ends before an event that was durable.");
    }

    private static async Task AddSegmentAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> pairs, SliceReader reader, long seq, ushort shard, SourceGathering gathering, CancellationToken cancellationToken)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        await foreach (var line in pairs)
        {
            var pair = PairSegment.Parse(line.Span);
            lines.Clear();
            lines.Add(line);
            lines.Add(await reader.ReadAsync(pair.PromptAt, cancellationToken));
            foreach (var response in pair.Responses)
            {
                lines.Add(await reader.ReadAsync(response.At, cancellationToken));
            }

            await gathering.AddPairAsync(VersionTables.NumberOf(pair.Id), shard, seq, lines, cancellationToken);
            reader.Forget();
        }
    }

    /// <summary>Small runs, one a cut, become one: a bucket is then read in few pieces.</summary>
    private static async Task<SourceIndexState> CompactAsync(IBlobStore runs, string project, SourceIndexState state, CancellationToken cancellationToken)
    {
        var small = state.Runs.Where(run => run.Length < Small).ToArray();
        if (small.Length < CompactFrom)
        {
            return state;
        }

        var contents = new List<ReadOnlyMemory<byte>>();
        foreach (var run in small)
        {
            contents.Add((await runs.GetAsync(run.Blob, cancellationToken))?.Bytes ?? throw new InvalidDataException($"{run.Blob} is missing."));
        }

        var (pieces, ends, at) = (new List<ReadOnlyMemory<byte>>(), ImmutableArray.CreateBuilder<long>(BucketTables.Count), 0L);
        for (var bucket = 0; bucket < BucketTables.Count; bucket++)
        {
            for (var i = 0; i < small.Length; i++)
            {
                pieces.Add(contents[i][(bucket is 0 ? 0 : (int)small[i].Ends[bucket - 1])..(int)small[i].Ends[bucket]]);
                at += pieces[^1].Length;
            }

            ends.Add(at);
        }

        return state with { Runs = [.. state.Runs.Except(small), await SourceGathering.WriteRunAsync(runs, project, pieces, ends.MoveToImmutable(), cancellationToken)] };
    }

    private static InvalidDataException Another(RecipePosition position, string head) =>
        new($"Event {position.Seq} of shard {position.Shard} hashes to {head}; the version was cut at {position.Head}.");
}
