using System.Runtime.CompilerServices;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Reads a file a segment at a time, so that memory does not grow with it.</summary>
internal static class ImportSegments
{
    /// <summary>Most items of one segment.</summary>
    public const int MostItems = 5000;

    /// <summary>A segment ends with the row that reaches so many bytes.</summary>
    public const int Bytes = 8 << 20;

    /// <summary>All rows, in segments; wrong ones are reported.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="read">What a row holds; throws <see cref="ImportRowException"/> for a wrong one.</param>
    /// <param name="errors">Gets the wrong rows.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async IAsyncEnumerable<ImportSegment<T>> ReadAsync<T>(
        IAsyncEnumerable<SourceRow> rows, Func<SourceRow, IReadOnlyCollection<T>> read, ImportErrors errors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (count, bytes, items) = (0, 0L, new List<(int Line, T Item)>());
        await foreach (var source in rows.WithCancellation(cancellationToken))
        {
            count++;
            bytes += source.Bytes;
            try
            {
                items.AddRange(ImportRowException.Read(source, read).Select(item => (source.Line, item)));
            }
            catch (ImportRowException wrong)
            {
                errors.Add(wrong);
            }

            if (items.Count >= MostItems || bytes >= Bytes)
            {
                yield return new(count, items);
                (count, bytes, items) = (0, 0, []);
            }
        }

        if (count > 0)
        {
            yield return new(count, items);
        }
    }

    /// <summary>Stores all rows that can be read, a segment at a time.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="read">What a row holds; throws <see cref="ImportRowException"/> for a wrong one.</param>
    /// <param name="store">Stores a segment; says how many were new, and how many were right.</param>
    /// <param name="import">Name of the import, or null.</param>
    /// <param name="errors">Gets the wrong rows.</param>
    /// <param name="cancellationToken">Stops; what is stored stays.</param>
    public static async Task<ImportCounts> StoreAsync<T>(
        IAsyncEnumerable<SourceRow> rows, Func<SourceRow, IReadOnlyCollection<T>> read, Func<List<(int Line, T Item)>, Task<(int Added, int Right)>> store, string? import, ImportErrors errors,
        CancellationToken cancellationToken)
    {
        var (count, added, right) = (0, 0, 0);
        await foreach (var segment in ReadAsync(rows, read, errors, cancellationToken))
        {
            var stored = await store(segment.Items);
            (count, added, right) = (count + segment.Rows, added + stored.Added, right + stored.Right);
        }

        return new(count, added, right - added, import);
    }
}

/// <summary>Some rows of a file.</summary>
/// <param name="Rows">How many were read, wrong ones too.</param>
/// <param name="Items">What the right ones hold, with their lines.</param>
internal sealed record ImportSegment<T>(int Rows, List<(int Line, T Item)> Items);
