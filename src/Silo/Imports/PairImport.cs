using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings pairs from outside in: rows <c>{prompt, response_a, response_b, source_a, source_b}</c>. Their prompts become known too.</summary>
public sealed class PairImport(IBlobStore store, IGrainFactory grains)
{
    private readonly PromptImport _prompts = new(store, grains);
    private readonly PairSegmentWriter _writer = new(store, grains);

    /// <summary>Imports rows under a new import name; for the same key the same name.</summary>
    /// <exception cref="ImportRowException">A row is malformed.</exception>
    public async Task<ImportResult> RunAsync(ProjectView project, IAsyncEnumerable<JsonElement> rows, string idempotencyKey, CancellationToken cancellationToken)
    {
        var import = await grains.GetGrain<IProjectGrain>(project.Id.Value).ReserveImportAsync(idempotencyKey, cancellationToken);
        var (added, total) = (0, 0);
        var segment = new List<ImportedPair>();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            segment.Add(Read(row, ++total));
            if (segment.Count is PromptImport.SegmentRows)
            {
                added += await AddAsync(project, import, segment, cancellationToken);
                segment.Clear();
            }
        }

        added += await AddAsync(project, import, segment, cancellationToken);
        return new(added, total - added, import);
    }

    private async Task<int> AddAsync(ProjectView project, string import, List<ImportedPair> rows, CancellationToken cancellationToken)
    {
        if (rows.Count is 0)
        {
            return 0;
        }

        await _prompts.AddAsync(project.Id, rows.Select(row => row.Prompt), cancellationToken);
        var entries = await grains.GetGrain<IPromptCatalogGrain>(project.Id.Value).FindAsync([.. rows.Select(row => row.Prompt.Id)], cancellationToken);
        var pairs = rows.Select((row, i) => new NewPair(entries[i]!, row.A, row.B) { Strategy = "import" }).ToList();
        var name = $"{import}-{ContentHash.Hex(string.Join('\n', rows.Select(row => $"{row.A.ResponseId} {row.B.ResponseId}")))[..16]}";
        var (_, added) = await _writer.WriteAsync(project, name, new(import, Purpose.Vote, project.Settings.Overlap, Priority: 0), pairs, cancellationToken);
        return added;
    }

    /// <summary>Reads the prompt and the two responses of a row.</summary>
    internal static ImportedPair Read(JsonElement row, int line)
    {
        var prompt = PromptImport.Read(row, line);
        var a = Response(row, line, prompt.Id, "response_a", "source_a");
        var b = Response(row, line, prompt.Id, "response_b", "source_b");
        return a.Text == b.Text
            ? throw new ImportRowException(line, "response_b", "response_a and response_b are the same text; there is nothing to compare.")
            : new(prompt, a, b);
    }

    private static ResponseRow Response(JsonElement row, int line, PromptId prompt, string textName, string sourceName)
    {
        var text = Text(row, line, textName);
        var source = row.TryGetProperty(sourceName, out _) ? Text(row, line, sourceName) : "import";
        if (source.Length > 100 || source.Any(char.IsControl) || NumberedName.TryParse('p', source, out _))
        {
            throw new ImportRowException(line, sourceName, $"{sourceName} has at most 100 characters, no control characters, and is not the name of a policy such as p3.");
        }

        return new() { ResponseId = ResponseId.Of(prompt, source, text), PromptId = prompt, Source = source, Text = text };
    }

    private static string Text(JsonElement row, int line, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new ImportRowException(line, name, $"{name} must be a text that is not empty.");
}
