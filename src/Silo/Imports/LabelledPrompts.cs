using System.Collections.Immutable;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Finds rows that say other labels of a prompt than it has, before anything is stored: those of the project, and those of earlier rows of the same file.</summary>
internal sealed class LabelledPrompts(IGrainFactory grains, ProjectId project)
{
    private readonly Dictionary<PromptId, int> _seen = [];
    private readonly List<(int Line, PromptRow Row)> _open = [];

    /// <summary>True when a row contradicts what is known of its prompt.</summary>
    public static bool Contradicts(PromptRow row, PromptEntry known) => row.Labels is not null && !row.Labels.Equals(known.Labels);

    /// <summary>What is said of such a row.</summary>
    public static ImportRowException Wrong(int line, PromptRow row, PromptEntry known) => new(line, row.Labels?.Lang == known.Labels?.Lang ? "tags" : "lang",
        $"the prompt {known.Id} is known with other labels ({(known.Labels is { } labels ? $"lang {labels.Lang ?? "none"}, tags {string.Join(", ", labels.Tags)}" : "none")}), which never change.");

    /// <summary>Reads all rows and stores nothing: finds those that cannot be read, and those that contradict what is known.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="read">What a row holds.</param>
    /// <param name="prompt">The prompt of it, or null where it only names one.</param>
    /// <param name="errors">Gets the wrong rows.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="also">Looks at each segment for what else could be wrong.</param>
    /// <returns>How many rows there are.</returns>
    public async Task<int> CheckAsync<T>(
        IAsyncEnumerable<SourceRow> rows, Func<SourceRow, IReadOnlyCollection<T>> read, Func<T, PromptRow?> prompt, ImportErrors errors, CancellationToken cancellationToken,
        Func<List<(int Line, T Item)>, Task>? also = null)
    {
        var count = 0;
        await foreach (var segment in ImportSegments.ReadAsync(rows, read, errors, cancellationToken))
        {
            count += segment.Rows;
            if (also is not null)
            {
                await also(segment.Items);
            }

            foreach (var (line, item) in segment.Items.DistinctBy(item => item.Line))
            {
                if (prompt(item) is { } row)
                {
                    await AddAsync(line, row, errors, cancellationToken);
                }
            }
        }

        await FinishAsync(errors, cancellationToken);
        return count;
    }

    private async Task AddAsync(int line, PromptRow row, ImportErrors errors, CancellationToken cancellationToken)
    {
        if (row.Labels is null && _seen.Count is 0)
        {
            // A file without labels contradicts nothing, and its ids need not be remembered before the first label.
            return;
        }

        _open.Add((line, row));
        if (_open.Count == ImportSegments.MostItems)
        {
            await FinishAsync(errors, cancellationToken);
        }
    }

    private async Task FinishAsync(ImportErrors errors, CancellationToken cancellationToken)
    {
        ImmutableArray<PromptId> ids = [.. _open.Select(item => item.Row.Id)];
        var known = await grains.GetGrain<IPromptCatalogGrain>(project.Value).FindAsync(ids, cancellationToken);
        foreach (var ((line, row), entry) in _open.Zip(known))
        {
            var said = row.Labels?.GetHashCode() ?? 0;
            if (entry is not null && Contradicts(row, entry))
            {
                errors.Add(Wrong(line, row, entry));
            }
            else if (entry is null && !_seen.TryAdd(row.Id, said) && row.Labels is not null && _seen[row.Id] != said)
            {
                errors.Add(line, row.Labels.Lang is null ? "tags" : "lang", "an earlier row says other labels of the same prompt.");
            }
        }

        _open.Clear();
    }
}
