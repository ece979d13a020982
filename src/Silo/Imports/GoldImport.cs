using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings gold in: rows <c>{pair, right}</c> of pairs that are known, or <c>{prompt, response_a, response_b, source_a?, source_b?, right}</c> of pairs that are probes only.</summary>
/// <remarks><c>right</c> is a, b, tie or both_bad. For texts a means response_a; for known pairs it means the canonical A.</remarks>
internal sealed class GoldImport(IBlobStore store, IGrainFactory grains) : IRowImport
{
    private const int AtOnce = 512;
    private readonly PromptImport _prompts = new(store, grains);
    private readonly PairSegmentWriter _writer = new(store, grains);

    /// <inheritdoc/>
    public string Form => "gold";

    /// <inheritdoc/>
    public Task<ImportCounts> RunAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, string idempotencyKey, ImportErrors errors, CancellationToken cancellationToken) =>
        ImportSegments.StoreAsync(rows, Read, segment => AddAsync(project, segment, errors, cancellationToken), null, errors, cancellationToken);

    /// <inheritdoc/>
    public Task<int> CheckAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken) =>
        new LabelledPrompts(grains, project.Id).CheckAsync(rows, Read, row => row.Texts?.Prompt, errors, cancellationToken, segment => FindAsync(project, segment, errors, cancellationToken));

    private async Task<(int Added, int Right)> AddAsync(ProjectView project, List<(int Line, Row Row)> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        var gold = await FindAsync(project, rows, errors, cancellationToken);
        var (_, held) = await _prompts.AddAsync(project.Id, [.. rows.Where(row => row.Row.Texts is not null)], row => row.Texts!.Prompt, errors, cancellationToken);
        gold.AddRange(await WriteAsync(project, held, cancellationToken));
        if (gold.Count is 0)
        {
            return (0, 0);
        }

        byte[] content = [.. gold.DistinctBy(row => row.Pair).OrderBy(row => row.Pair).SelectMany(row => row.ToLine())];
        var name = ContentHash.Hex(content);
        var segment = $"projects/{project.Id}/gold/{name[..24]}.jsonl";
        await store.PutOnceAsync(segment, content, cancellationToken);
        await grains.GetGrain<IProjectLedgerGrain>(project.Id.Value).AppendAsync(
            [new("gold.added", name[..24], EventBody.Of(("segment", segment), ("sha256", name), ("added", gold.Count)))], cancellationToken);
        return (gold.Count, gold.Count);
    }

    private async Task<IEnumerable<GoldRow>> WriteAsync(ProjectView project, List<(int Line, Row Row, PromptEntry Prompt)> rows, CancellationToken cancellationToken)
    {
        if (rows.Count is 0)
        {
            return [];
        }

        var pairs = rows.Select(row => new NewPair(row.Prompt, row.Row.Texts!.A, row.Row.Texts.B) { Strategy = "gold" }).ToList();
        var name = $"gold-{ContentHash.Hex(string.Join('\n', pairs.Select(pair => $"{pair.One.ResponseId} {pair.Other.ResponseId}")))[..16]}";
        await _writer.WriteAsync(project, name, new("gold", Purpose.Gold, Overlap: 1, Priority: 0), pairs, cancellationToken);
        return rows.Select(row => Canonical(row.Row.Texts!, row.Row.Right));
    }

    /// <summary>The rows that name their pair; those whose pair there is not are reported.</summary>
    private async Task<List<GoldRow>> FindAsync(ProjectView project, List<(int Line, Row Row)> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        var found = new List<GoldRow>();
        foreach (var batch in rows.Where(row => row.Row.Pair is not null).Chunk(AtOnce))
        {
            var known = await Task.WhenAll(batch.Select(row => FindAsync(project, row.Row.Pair!, cancellationToken)));
            foreach (var ((line, row), pair) in batch.Zip(known))
            {
                if (pair is { } its)
                {
                    found.Add(new(its, row.Right));
                }
                else
                {
                    errors.Add(line, "pair", $"There is no pair '{row.Pair}' in this project.");
                }
            }
        }

        return found;
    }

    private async Task<PairId?> FindAsync(ProjectView project, string text, CancellationToken cancellationToken) =>
        PairId.TryParse(text, out var pair) && !pair.IsRanking
        && await grains.GetGrain<ILedgerShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{project.Id}/{PairShards.Of(pair, project.Shards)}")).GetPairAsync(pair, cancellationToken) is not null
            ? pair
            : null;

    private static GoldRow Canonical(ImportedPair pair, Choice right) => pair.A.ResponseId.CompareTo(pair.B.ResponseId) <= 0
        ? new(PairId.Of(pair.Prompt.Id, pair.A.ResponseId, pair.B.ResponseId), right)
        : new(PairId.Of(pair.Prompt.Id, pair.B.ResponseId, pair.A.ResponseId), right switch { Choice.A => Choice.B, Choice.B => Choice.A, _ => right });

    private static Row[] Read(SourceRow source)
    {
        var (row, line) = (source.Row, source.Line);
        var right = row.ValueKind is JsonValueKind.Object && row.TryGetProperty("right", out var said) && GoldRow.AnswerOf(said.ToString()) is { } answer
            ? answer
            : throw new ImportRowException(line, "right", "right must be a, b, tie or both_bad.");
        return [row.TryGetProperty("pair", out var pair) ? new(right, pair.ToString(), null) : new(right, null, PairImport.Read(row, line))];
    }

    /// <summary>The right answer to a pair that is named, or to texts.</summary>
    private sealed record Row(Choice Right, string? Pair, ImportedPair? Texts);
}
