using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings pairs from outside in: rows <c>{prompt, response_a, response_b, source_a, source_b}</c>. Their prompts become known too.</summary>
internal sealed class PairImport(IBlobStore store, IGrainFactory grains) : IRowImport
{
    private readonly PromptImport _prompts = new(store, grains);
    private readonly PairSegmentWriter _writer = new(store, grains);

    /// <inheritdoc/>
    public string Form => "pairs";

    /// <inheritdoc/>
    public async Task<ImportCounts> RunAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, string idempotencyKey, ImportErrors errors, CancellationToken cancellationToken)
    {
        var import = await grains.GetGrain<IProjectGrain>(project.Id.Value).ReserveImportAsync(idempotencyKey, cancellationToken);
        return await ImportSegments.StoreAsync(rows, Read, segment => AddAsync(project, import, segment, errors, cancellationToken), import, errors, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> CheckAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken) =>
        new LabelledPrompts(grains, project.Id).CheckAsync(rows, Read, pair => pair.Prompt, errors, cancellationToken);

    private static ImportedPair[] Read(SourceRow source) => [Read(source.Row, source.Line)];

    private async Task<(int Added, int Right)> AddAsync(ProjectView project, string import, List<(int Line, ImportedPair Pair)> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        var (_, right) = await _prompts.AddAsync(project.Id, rows, pair => pair.Prompt, errors, cancellationToken);
        if (right.Count is 0)
        {
            return (0, 0);
        }

        // All that the segment's bytes depend on is in its name: sent again after a change of the settings it is another segment, and the pairs are known.
        var pairs = right.Select(row => new NewPair(row.Prompt, row.Item.A, row.Item.B) { Strategy = "import" }).ToList();
        var settings = string.Create(CultureInfo.InvariantCulture, $"{project.Settings.Overlap} {project.Settings.Assignment.MinOverlap}");
        var name = $"{import}-{ContentHash.Hex(string.Join('\n', pairs.Select(pair => $"{pair.One.ResponseId} {pair.Other.ResponseId}").Prepend(settings)))[..16]}";
        var (_, added) = await _writer.WriteAsync(project, name, new(import, Purpose.Vote, project.Settings.Overlap, Priority: 0), pairs, cancellationToken);
        return (added, pairs.Count);
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
        var source = row.TryGetProperty(sourceName, out _) ? Text(row, line, sourceName) : ResponseSource.Unknown;
        return ResponseSource.IsName(source) ? ResponseSource.Response(prompt, source, text) : throw new ImportRowException(line, sourceName, $"{sourceName} {ResponseSource.Rule}");
    }

    private static string Text(JsonElement row, int line, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new ImportRowException(line, name, $"{name} must be a text that is not empty.");
}
