using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>What an import did.</summary>
/// <param name="Added">Rows that were new.</param>
/// <param name="Known">Rows that were known, or came twice.</param>
/// <param name="Import">Name of an import of pairs, such as i2; null for prompts.</param>
public sealed record ImportResult(int Added, int Known, string? Import = null);

/// <summary>A row that cannot be imported. Nothing of its import after the last full segment is stored; sending the whole again is safe.</summary>
/// <param name="line">From 1.</param>
/// <param name="field">Member at fault.</param>
/// <param name="message">What is wrong.</param>
public sealed class ImportRowException(int line, string field, string message) : Exception($"Row {line}: {message}")
{
    /// <summary>Row number from 1.</summary>
    public int Line { get; } = line;

    /// <summary>What is wrong, without the row's number.</summary>
    public string Detail { get; } = message;

    /// <summary>Member at fault.</summary>
    public string Field { get; } = field;
}

/// <summary>Brings prompts in: rows <c>{"prompt": text or messages, "lang"?, "tags"?}</c>.</summary>
public sealed class PromptImport(IBlobStore store, IGrainFactory grains)
{
    /// <summary>Rows of one segment.</summary>
    internal const int SegmentRows = 5000;

    /// <summary>Imports rows; the segments are named by their content, so that the same rows again add nothing.</summary>
    /// <exception cref="ImportRowException">A row is malformed.</exception>
    public async Task<ImportResult> RunAsync(ProjectId project, IAsyncEnumerable<JsonElement> rows, CancellationToken cancellationToken)
    {
        var (added, total) = (0, 0);
        var segment = new List<PromptRow>();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            segment.Add(Read(row, ++total));
            if (segment.Count is SegmentRows)
            {
                added += await AddAsync(project, segment, cancellationToken);
                segment.Clear();
            }
        }

        added += await AddAsync(project, segment, cancellationToken);
        return new(added, total - added);
    }

    /// <summary>Makes the rows known that are not.</summary>
    internal async Task<int> AddAsync(ProjectId project, IEnumerable<PromptRow> rows, CancellationToken cancellationToken)
    {
        var catalog = grains.GetGrain<IPromptCatalogGrain>(project.Value);
        var distinct = rows.DistinctBy(row => row.Id).ToList();
        var known = await catalog.FindAsync([.. distinct.Select(row => row.Id)], cancellationToken);
        byte[] content = [.. distinct.Where((_, i) => known[i] is null).SelectMany(row => row.ToLine())];
        if (content.Length is 0)
        {
            return 0;
        }

        var blob = $"projects/{project}/prompts/{ContentHash.Hex(content)[..24]}.jsonl";
        await store.PutOnceAsync(blob, content, cancellationToken);
        return await catalog.AddSegmentAsync(blob, cancellationToken);
    }

    /// <summary>Reads the prompt of a row.</summary>
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
}
