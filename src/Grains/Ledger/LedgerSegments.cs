using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The segments of a shard behind a place, in chain order. Segments that no header continues and that have no intact header of their own are void.</summary>
internal sealed class LedgerSegments
{
    /// <summary>Intact segments by number.</summary>
    public required IReadOnlyDictionary<int, (LedgerHeader Header, int Length)> Intact { get; init; }

    /// <summary>Segments without an intact header: what a crash left of an attempt to open one.</summary>
    public required IReadOnlyList<BlobInfo> Void { get; init; }

    /// <summary>Largest number of a segment that holds bytes.</summary>
    public required int Highest { get; init; }

    /// <summary>Lists and reads headers of the segments with numbers of at least <paramref name="from"/>.</summary>
    public static async Task<LedgerSegments> LoadAsync(IBlobStore store, LedgerFolder folder, int from, CancellationToken cancellationToken)
    {
        var intact = new SortedDictionary<int, (LedgerHeader, int)>();
        var @void = new List<BlobInfo>();
        var highest = 0;
        await foreach (var blob in store.ListAsync(folder.Prefix, cancellationToken))
        {
            if (!folder.TrySegment(blob.Name, out var number) || number < from || blob.Length == 0)
            {
                continue;
            }

            highest = number;
            var start = await store.GetRangeAsync(blob.Name, 0, LedgerHeader.MaxLength, cancellationToken) ?? default;
            if (LedgerHeader.TryDecode(start, folder, number) is { } header)
            {
                intact.Add(number, header);
            }
            else
            {
                @void.Add(blob);
            }
        }

        return new() { Intact = intact, Void = @void, Highest = highest };
    }

    /// <summary>The segment that continues another one, or null when that one is the last.</summary>
    public (LedgerHeader Header, int Length)? After(int number)
    {
        foreach (var (candidate, found) in Intact)
        {
            if (candidate > number && found.Header.Previous == number)
            {
                return found;
            }
        }

        return null;
    }
}
