using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings prompts in: rows <c>{"prompt": text or messages, "lang"?, "tags"?}</c>. A segment at a time, so that memory does not grow with the file.</summary>
internal sealed class PromptImport(IBlobStore store, IGrainFactory grains)
{
    /// <summary>Most rows of one segment.</summary>
    internal const int SegmentRows = 5000;

    /// <summary>A segment ends with the row that reaches so many bytes.</summary>
    internal const int SegmentBytes = 8 << 20;

    /// <summary>Imports rows that can be read and reports the rest; the segments are named by their content, so that the same rows again add nothing.</summary>
    public async Task<ImportCounts> RunAsync(ProjectId project, IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        var (count, added, right, bytes) = (0, 0, 0, 0L);
        var segment = new List<(int Line, PromptRow Row)>();
        await foreach (var source in rows.WithCancellation(cancellationToken))
        {
            count++;
            bytes += source.Bytes;
            if (TryRead(source, errors) is { } row)
            {
                segment.Add((source.Line, row));
            }

            if (segment.Count >= SegmentRows || bytes >= SegmentBytes)
            {
                await FlushAsync();
            }
        }

        await FlushAsync();
        return new(count, added, right - added);

        async Task FlushAsync()
        {
            var (fresh, entries) = await AddAsync(project, [.. segment.Select(item => item.Row)], cancellationToken);
            added += fresh;
            foreach (var ((line, row), entry) in segment.Zip(entries))
            {
                if (LabelledPrompts.Contradicts(row, entry))
                {
                    errors.Add(LabelledPrompts.Wrong(line, entry));
                }
                else
                {
                    right++;
                }
            }

            segment.Clear();
            bytes = 0;
        }
    }

    /// <summary>Reads all rows and stores nothing.</summary>
    /// <returns>How many there are.</returns>
    public async Task<int> CheckAsync(ProjectId project, IAsyncEnumerable<SourceRow> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        var (count, labels) = (0, new LabelledPrompts(grains, project));
        await foreach (var source in rows.WithCancellation(cancellationToken))
        {
            count++;
            if (TryRead(source, errors) is { } row)
            {
                await labels.AddAsync(source.Line, row, errors, cancellationToken);
            }
        }

        await labels.FinishAsync(errors, cancellationToken);
        return count;
    }

    /// <summary>Makes the rows known that are not.</summary>
    /// <returns>How many were new, and the entry of each row.</returns>
    internal async Task<(int Added, ImmutableArray<PromptEntry> Entries)> AddAsync(ProjectId project, IReadOnlyList<PromptRow> rows, CancellationToken cancellationToken)
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

    private static PromptRow? TryRead(SourceRow source, ImportErrors errors)
    {
        try
        {
            return ImportRowException.Read(source, static row => Read(row.Row, row.Line));
        }
        catch (ImportRowException wrong)
        {
            errors.Add(wrong);
            return null;
        }
    }
}
