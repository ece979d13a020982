using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings prompts in: rows <c>{"prompt": text or messages, "lang"?, "tags"?}</c>. A segment at a time, so that memory does not grow with the file.</summary>
internal sealed class PromptImport(IBlobStore store, IGrainFactory grains) : IRowImport
{
    /// <inheritdoc/>
    public string Form => "prompts";

    /// <inheritdoc/>
    public Task<ImportCounts> RunAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, string idempotencyKey, ImportErrors errors, CancellationToken cancellationToken) =>
        ImportSegments.StoreAsync(
            rows, Read,
            async segment =>
            {
                var (added, right) = await AddAsync(project.Id, segment, row => row, errors, cancellationToken);
                return (added, right.Count);
            },
            null, errors, cancellationToken);

    /// <inheritdoc/>
    public Task<int> CheckAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken) =>
        new LabelledPrompts(grains, project.Id).CheckAsync(rows, Read, row => row, errors, cancellationToken);

    /// <summary>Makes the prompts of rows known; rows that say other labels than a prompt has are reported and left out.</summary>
    /// <returns>How many prompts were new, and the right rows with the entries of their prompts.</returns>
    internal async Task<(int Added, List<(int Line, T Item, PromptEntry Prompt)> Right)> AddAsync<T>(
        ProjectId project, IReadOnlyCollection<(int Line, T Item)> rows, Func<T, PromptRow> prompt, ImportErrors errors, CancellationToken cancellationToken)
    {
        if (rows.Count is 0)
        {
            return (0, []);
        }

        var (added, entries) = await AddAsync(project, [.. rows.Select(row => prompt(row.Item))], cancellationToken);
        var judged = rows.Zip(entries).ToLookup(row => !LabelledPrompts.Contradicts(prompt(row.First.Item), row.Second));
        foreach (var ((line, item), entry) in judged[false].DistinctBy(row => row.First.Line))
        {
            errors.Add(LabelledPrompts.Wrong(line, prompt(item), entry));
        }

        return (added, [.. judged[true].Select(row => (row.First.Line, row.First.Item, row.Second))]);
    }

    /// <summary>Makes the rows known that are not.</summary>
    /// <returns>How many were new, and the entry of each row.</returns>
    private async Task<(int Added, ImmutableArray<PromptEntry> Entries)> AddAsync(ProjectId project, IReadOnlyList<PromptRow> rows, CancellationToken cancellationToken)
    {
        var catalog = grains.GetGrain<IPromptCatalogGrain>(project.Value);
        ImmutableArray<PromptId> ids = [.. rows.Select(row => row.Id)];
        var known = await catalog.FindAsync(ids, cancellationToken);
        using var content = new MemoryStream();
        foreach (var row in rows.Where((_, i) => known[i] is null).DistinctBy(row => row.Id))
        {
            content.Write(row.ToLine());
        }

        if (content.Length is 0)
        {
            return (0, [.. known.Select(entry => entry!)]);
        }

        var blob = $"projects/{project}/prompts/{ContentHash.Hex(content.GetBuffer().AsSpan(0, (int)content.Length))[..24]}.jsonl";
        await store.PutOnceAsync(blob, content.GetBuffer().AsMemory(0, (int)content.Length), cancellationToken);
        var added = await catalog.AddSegmentAsync(blob, cancellationToken);
        return (added, [.. (await catalog.FindAsync(ids, cancellationToken)).Select(entry => entry!)]);
    }

    /// <summary>Reads the prompt of a row.</summary>
    /// <exception cref="ImportRowException">The row is malformed.</exception>
    internal static PromptRow Read(JsonElement row, int line)
    {
        if (row.ValueKind is not JsonValueKind.Object)
        {
            throw new ImportRowException(line, "", "each row must be an object.");
        }

        if (row.TryGetProperty("split", out _))
        {
            throw new ImportRowException(line, "split", "the split of a prompt follows from its hash and cannot be given.");
        }

        if (!row.TryGetProperty("prompt", out var prompt))
        {
            throw new ImportRowException(line, "prompt", "prompt is missing.");
        }

        var content = PromptContent.FromJson(prompt, out var fault) ?? throw new ImportRowException(line, "prompt", fault + ".");
        var labels = PromptLabels.FromJson(row, out var wrong);
        return wrong is { } label ? throw new ImportRowException(line, label.Field, label.Message + ".") : new(PromptId.Of(content), content, labels);
    }

    private static PromptRow[] Read(SourceRow source) => [Read(source.Row, source.Line)];
}
