using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings rankings in that wait for judges: rows <c>{prompt or prompt_id, responses: [text or {text, source}]}</c>. Their prompts become known too.</summary>
internal sealed class RankingImport(IBlobStore store, IGrainFactory grains)
{
    private readonly PromptImport _prompts = new(store, grains);
    private readonly PairSegmentWriter _writer = new(store, grains);

    /// <summary>Imports rows under a new import name; for the same key the same name. Nothing is stored unless every row is right.</summary>
    /// <exception cref="ImportRowException">A row is malformed.</exception>
    public async Task<ImportCounts> RunAsync(ProjectView project, IReadOnlyList<JsonElement> rows, string idempotencyKey, CancellationToken cancellationToken)
    {
        var read = rows.Select((row, i) => Read(row, i + 1)).ToArray();
        await RequirePromptsAsync(project.Id, read, cancellationToken);
        var import = await grains.GetGrain<IProjectGrain>(project.Id.Value).ReserveImportAsync(idempotencyKey, cancellationToken);
        var added = 0;
        foreach (var segment in read.Chunk(PromptImport.SegmentRows))
        {
            await _prompts.AddAsync(project.Id, [.. segment.Select(row => row.Content).OfType<PromptRow>()], cancellationToken);
            var entries = await FindAsync(project.Id, segment, cancellationToken);
            var rankings = segment.Select((row, i) => new NewRanking(entries[i]!, row.Responses)).ToList();
            var name = $"{import}-{ContentHash.Hex(string.Join('\n', rankings.Select(ranking => PairId.OfRanking(ranking.Prompt.Id, ranking.Responses.Select(response => response.ResponseId)).Value)))[..16]}";
            added += (await _writer.WriteAsync(project, name, new(import, Purpose.Ranking, project.Settings.Overlap, Priority: 0), rankings, cancellationToken)).Added;
        }

        return new(read.Length, added, read.Length - added, import);
    }

    private async Task RequirePromptsAsync(ProjectId project, Row[] rows, CancellationToken cancellationToken)
    {
        var named = rows.Where(row => row.Content is null).ToArray();
        foreach (var some in named.Chunk(PromptImport.SegmentRows))
        {
            var entries = await FindAsync(project, some, cancellationToken);
            if (some.Where((_, i) => entries[i] is null).FirstOrDefault() is { } unknown)
            {
                throw new ImportRowException(unknown.Line, "prompt_id", $"there is no prompt {unknown.Prompt} in this project.");
            }
        }
    }

    private async Task<IReadOnlyList<PromptEntry?>> FindAsync(ProjectId project, Row[] rows, CancellationToken cancellationToken) =>
        await grains.GetGrain<IPromptCatalogGrain>(project.Value).FindAsync([.. rows.Select(row => row.Prompt)], cancellationToken);

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
            : new(line, prompt, content, read);
    }

    private static ResponseRow Response(JsonElement response, int line, PromptId prompt)
    {
        var text = response.ValueKind is JsonValueKind.Object && response.TryGetProperty("text", out var inner) ? inner : response;
        var source = response.ValueKind is JsonValueKind.Object && response.TryGetProperty("source", out var named) ? named.ToString() : "import";
        if (text.ValueKind is not JsonValueKind.String || text.GetString() is not { Length: > 0 } words)
        {
            throw new ImportRowException(line, "responses", "each response is a text that is not empty, or {text, source}.");
        }

        return source.Length is 0 or > 100 || source.Any(char.IsControl) || NumberedName.TryParse('p', source, out _)
            ? throw new ImportRowException(line, "responses", "a source has 1 to 100 characters, no control characters, and is not the name of a policy such as p3.")
            : new() { ResponseId = ResponseId.Of(prompt, source, words), PromptId = prompt, Source = source, Text = words };
    }

    private sealed record Row(int Line, PromptId Prompt, PromptRow? Content, ImmutableArray<ResponseRow> Responses);
}
