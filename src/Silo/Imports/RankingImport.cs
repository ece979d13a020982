using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings rankings in that wait for judges: rows <c>{prompt or prompt_id, responses: [text or {text, source}]}</c>. Their prompts become known too.</summary>
internal sealed class RankingImport(IBlobStore store, IGrainFactory grains) : IRowImport
{
    private readonly PromptImport _prompts = new(store, grains);
    private readonly PairSegmentWriter _writer = new(store, grains);

    /// <inheritdoc/>
    public string Form => "rankings";

    /// <inheritdoc/>
    public async Task<ImportCounts> RunAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, string idempotencyKey, ImportErrors errors, CancellationToken cancellationToken)
    {
        var import = await grains.GetGrain<IProjectGrain>(project.Id.Value).ReserveImportAsync(idempotencyKey, cancellationToken);
        return await ImportSegments.StoreAsync(rows, Read, segment => AddAsync(project, import, segment, errors, cancellationToken), import, errors, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A prompt that is only named must be known before the file.</remarks>
    public Task<int> CheckAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken) =>
        new LabelledPrompts(grains, project.Id).CheckAsync(rows, Read, row => row.Content, errors, cancellationToken, segment => FindAsync(project.Id, segment, errors, cancellationToken));

    private async Task<(int Added, int Right)> AddAsync(ProjectView project, string import, List<(int Line, Row Row)> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        var (_, held) = await _prompts.AddAsync(project.Id, [.. rows.Where(row => row.Row.Content is not null)], row => row.Content!, errors, cancellationToken);
        var right = held.Concat(await FindAsync(project.Id, rows, errors, cancellationToken)).OrderBy(row => row.Line).ToList();
        if (right.Count is 0)
        {
            return (0, 0);
        }

        var rankings = right.Select(row => new NewRanking(row.Prompt, row.Item.Responses)).ToList();
        // As with pairs, all that the segment's bytes depend on is in its name.
        var ids = rankings.Select(ranking => PairId.OfRanking(ranking.Prompt.Id, ranking.Responses.Select(response => response.ResponseId)).Value);
        var name = $"{import}-{ContentHash.Hex(string.Join('\n', ids.Prepend(project.Settings.Overlap.ToString(CultureInfo.InvariantCulture))))[..16]}";
        var (_, added) = await _writer.WriteAsync(project, name, new(import, Purpose.Ranking, project.Settings.Overlap, Priority: 0), rankings, cancellationToken);
        return (added, rankings.Count);
    }

    /// <summary>The rows that name their prompt, with its entry; those whose prompt there is not are reported.</summary>
    private async Task<List<(int Line, Row Item, PromptEntry Prompt)>> FindAsync(ProjectId project, List<(int Line, Row Row)> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        var named = rows.Where(row => row.Row.Content is null).ToArray();
        var entries = await grains.GetGrain<IPromptCatalogGrain>(project.Value).FindAsync([.. named.Select(row => row.Row.Prompt)], cancellationToken);
        var found = new List<(int, Row, PromptEntry)>();
        foreach (var ((line, row), entry) in named.Zip(entries))
        {
            if (entry is null)
            {
                errors.Add(line, "prompt_id", $"there is no prompt {row.Prompt} in this project.");
            }
            else
            {
                found.Add((line, row, entry));
            }
        }

        return found;
    }

    private static Row[] Read(SourceRow source) => [Read(source.Row, source.Line)];

    private static Row Read(JsonElement row, int line)
    {
        var byId = row.ValueKind is JsonValueKind.Object && row.TryGetProperty("prompt_id", out _);
        if (byId && row.TryGetProperty("prompt", out _))
        {
            throw new ImportRowException(line, "prompt_id", "a row names its prompt or holds it, not both.");
        }

        var content = byId ? null : PromptImport.Read(row, line);
        var prompt = content?.Id ?? (PromptId.TryParse(row.GetProperty("prompt_id").ToString(), out var id) ? id : throw new ImportRowException(line, "prompt_id", "prompt_id is not a prompt's id."));
        if (!row.TryGetProperty("responses", out var responses) || responses.ValueKind is not JsonValueKind.Array || responses.GetArrayLength() is < 2 or > Ranking.MostResponses)
        {
            throw new ImportRowException(line, "responses", $"responses must be a list of 2 to {Ranking.MostResponses} answers.");
        }

        var read = responses.EnumerateArray().Select(response => Response(response, line, prompt)).ToImmutableArray();
        return read.DistinctBy(response => response.Text).Count() < read.Length
            ? throw new ImportRowException(line, "responses", "two responses are the same text; there is nothing to compare.")
            : new(prompt, content, read);
    }

    private static ResponseRow Response(JsonElement response, int line, PromptId prompt)
    {
        var text = response.ValueKind is JsonValueKind.Object && response.TryGetProperty("text", out var inner) ? inner : response;
        var source = response.ValueKind is JsonValueKind.Object && response.TryGetProperty("source", out var named) ? named.ToString() : ResponseSource.Unknown;
        if (text.ValueKind is not JsonValueKind.String || text.GetString() is not { Length: > 0 } words)
        {
            throw new ImportRowException(line, "responses", "each response is a text that is not empty, or {text, source}.");
        }

        return source.Length > 0 && ResponseSource.IsName(source) ? ResponseSource.Response(prompt, source, words) : throw new ImportRowException(line, "responses", $"a source is not empty, {ResponseSource.Rule}");
    }

    private sealed record Row(PromptId Prompt, PromptRow? Content, ImmutableArray<ResponseRow> Responses);
}
