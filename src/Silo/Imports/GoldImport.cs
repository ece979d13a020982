using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings gold in: rows <c>{pair, right}</c> of pairs that are known, or <c>{prompt, response_a, response_b, source_a?, source_b?, right}</c> of pairs that are probes only.</summary>
/// <remarks><c>right</c> is a, b, tie or both_bad. For texts a means response_a; for known pairs it means the canonical A.</remarks>
internal sealed class GoldImport(IBlobStore store, IGrainFactory grains)
{
    private readonly PromptImport _prompts = new(store, grains);
    private readonly PairSegmentWriter _writer = new(store, grains);

    /// <summary>Imports all rows or none.</summary>
    /// <returns>How many pairs are gold by it.</returns>
    /// <exception cref="ImportRowException">A row is malformed, or its pair is not known.</exception>
    public async Task<int> RunAsync(ProjectView project, IReadOnlyList<JsonElement> rows, CancellationToken cancellationToken)
    {
        var gold = new List<GoldRow>();
        var texts = new List<(ImportedPair Pair, Choice Right)>();
        var labels = new LabelledPrompts(grains, project.Id);
        await using var errors = new ImportErrors();
        for (var i = 0; i < rows.Count; i++)
        {
            var right = Right(rows[i], i + 1);
            if (rows[i].TryGetProperty("pair", out var pair))
            {
                gold.Add(new(await KnownAsync(project, pair.ToString(), i + 1, cancellationToken), right));
            }
            else
            {
                var read = ImportRowException.Read(new(i + 1, rows[i], 0), static row => PairImport.Read(row.Row, row.Line));
                texts.Add((read, right));
                await labels.AddAsync(i + 1, read.Prompt, errors, cancellationToken);
            }
        }

        await labels.FinishAsync(errors, cancellationToken);
        if (errors.Count > 0)
        {
            throw new ImportRowException(errors.First[0].Line, errors.First[0].Field ?? "", errors.First[0].Message);
        }

        gold.AddRange(await WriteAsync(project, texts, cancellationToken));
        if (gold.Count is 0)
        {
            return 0;
        }

        byte[] content = [.. gold.DistinctBy(row => row.Pair).OrderBy(row => row.Pair).SelectMany(row => row.ToLine())];
        var name = ContentHash.Hex(content);
        var segment = $"projects/{project.Id}/gold/{name[..24]}.jsonl";
        await store.PutOnceAsync(segment, content, cancellationToken);
        await grains.GetGrain<IProjectLedgerGrain>(project.Id.Value).AppendAsync(
            [new("gold.added", name[..24], EventBody.Of(("segment", segment), ("sha256", name), ("added", gold.Count)))], cancellationToken);
        return gold.Count;
    }

    private async Task<IEnumerable<GoldRow>> WriteAsync(ProjectView project, List<(ImportedPair Pair, Choice Right)> rows, CancellationToken cancellationToken)
    {
        if (rows.Count is 0)
        {
            return [];
        }

        var (_, entries) = await _prompts.AddAsync(project.Id, [.. rows.Select(row => row.Pair.Prompt)], cancellationToken);
        var pairs = rows.Select((row, i) => new NewPair(entries[i], row.Pair.A, row.Pair.B) { Strategy = "gold" }).ToList();
        var name = $"gold-{ContentHash.Hex(string.Join('\n', rows.Select(row => $"{row.Pair.A.ResponseId} {row.Pair.B.ResponseId}")))[..16]}";
        await _writer.WriteAsync(project, name, new("gold", Purpose.Gold, Overlap: 1, Priority: 0), pairs, cancellationToken);
        return rows.Select(row => new GoldRow(PairId.Of(row.Pair.Prompt.Id, row.Pair.A.ResponseId, row.Pair.B.ResponseId), Canonical(row.Pair, row.Right)));
    }

    private static Choice Canonical(ImportedPair pair, Choice right) => pair.A.ResponseId.CompareTo(pair.B.ResponseId) <= 0 ? right : right switch
    {
        Choice.A => Choice.B,
        Choice.B => Choice.A,
        _ => right,
    };

    private static Choice Right(JsonElement row, int line) =>
        row.ValueKind is JsonValueKind.Object && row.TryGetProperty("right", out var right) && GoldRow.AnswerOf(right.ToString()) is { } answer
            ? answer
            : throw new ImportRowException(line, "right", "right must be a, b, tie or both_bad.");

    private async Task<PairId> KnownAsync(ProjectView project, string text, int line, CancellationToken cancellationToken)
    {
        if (!PairId.TryParse(text, out var pair) || pair.IsRanking
            || await grains.GetGrain<ILedgerShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{project.Id}/{PairShards.Of(pair, project.Shards)}")).GetPairAsync(pair, cancellationToken) is null)
        {
            throw new ImportRowException(line, "pair", $"There is no pair '{text}' in this project.");
        }

        return pair;
    }
}
