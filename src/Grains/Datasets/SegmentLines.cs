using System.Runtime.CompilerServices;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Reads the lines of a JSON-lines blob block by block.</summary>
internal static class SegmentLines
{
    /// <summary>The lines without line feeds, each until the next one; empty ones are passed over.</summary>
    /// <exception cref="InvalidDataException">The blob is missing.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(IBlobStore store, string blob, BlockPool pool, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (buffer, filled, readTo) = (pool.Rent(), 0, 0L);
        try
        {
            for (var isLast = false; !isLast;)
            {
                if (filled == buffer.Length)
                {
                    var longer = new byte[2 * buffer.Length];
                    buffer.CopyTo(longer, 0);
                    pool.Return(buffer);
                    buffer = longer;
                }

                var read = await store.ReadAsync(blob, readTo, buffer.AsMemory(filled), cancellationToken) ?? throw new InvalidDataException($"The segment {blob} is missing.");
                isLast = read < buffer.Length - filled;
                (filled, readTo) = (filled + read, readTo + read);
                var used = 0;
                while (used < filled)
                {
                    var length = buffer.AsSpan(used..filled).IndexOf((byte)'\n');
                    if (length < 0 && !isLast)
                    {
                        break;
                    }

                    length = length < 0 ? filled - used : length;
                    if (length > 0)
                    {
                        yield return buffer.AsMemory(used, length);
                    }

                    used = Math.Min(filled, used + length + 1);
                }

                buffer.AsSpan(used..filled).CopyTo(buffer);
                filled -= used;
            }
        }
        finally
        {
            pool.Return(buffer);
        }
    }
}
