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
internal sealed class PairImport(IBlobStore store, IGrainFactory grains)
{
    private readonly PromptImport _prompts = new(store, grains);
    private readonly PairSegmentWriter _writer = new(store, grains);

    /// <summary>Imports rows that can be read under a new import name (for the same key the same), and reports the rest.</summary>
    public async Task<ImportCounts> RunAsync(ProjectView project, IAsyncEnumerable<SourceRow> rows, string idempotencyKey, ImportErrors errors, CancellationToken cancellationToken)
    {
        var import = await grains.GetGrain<IProjectGrain>(project.Id.Value).ReserveImportAsync(idempotencyKey, cancellationToken);
        var (count, added, right, bytes) = (0, 0, 0, 0L);
        var segment = new List<(int Line, ImportedPair Pair)>();
        await foreach (var source in rows.WithCancellation(cancellationToken))
        {
            count++;
            bytes += source.Bytes;
            if (TryRead(source, errors) is { } pair)
            {
                segment.Add((source.Line, pair));
            }

            if (segment.Count >= PromptImport.SegmentRows || bytes >= PromptImport.SegmentBytes)
            {
                await FlushAsync();
            }
        }

        await FlushAsync();
        return new(count, added, right - added, import);

        async Task FlushAsync()
        {
            var (fresh, stored) = await AddAsync(project, import, segment, errors, cancellationToken);
            (added, right, bytes) = (added + fresh, right + stored, 0);
            segment.Clear();
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
            if (TryRead(source, errors) is { } pair)
            {
                await labels.AddAsync(source.Line, pair.Prompt, errors, cancellationToken);
            }
        }

        await labels.FinishAsync(errors, cancellationToken);
        return count;
    }

    private static ImportedPair? TryRead(SourceRow source, ImportErrors errors)
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

    private async Task<(int Added, int Right)> AddAsync(ProjectView project, string import, List<(int Line, ImportedPair Pair)> rows, ImportErrors errors, CancellationToken cancellationToken)
    {
        if (rows.Count is 0)
        {
            return (0, 0);
        }

        var (_, entries) = await _prompts.AddAsync(project.Id, [.. rows.Select(row => row.Pair.Prompt)], cancellationToken);
        var pairs = new List<NewPair>();
        foreach (var ((line, row), entry) in rows.Zip(entries))
        {
            if (LabelledPrompts.Contradicts(row.Prompt, entry))
            {
                errors.Add(LabelledPrompts.Wrong(line, entry));
            }
            else
            {
                pairs.Add(new(entry, row.A, row.B) { Strategy = "import" });
            }
        }

        // All that the segment's bytes depend on is in its name: sent again after a change of the settings it is another segment, and the pairs are known.
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
