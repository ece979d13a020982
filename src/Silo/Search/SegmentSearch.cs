using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Search;

/// <summary>The finds of one text in segments of prompts and responses, a segment at a time: the bytes are searched as a whole, and only lines with a find are read.</summary>
internal sealed class SegmentSearch(IBlobStore blobs, string text)
{
    private const int Around = 60;
    private const int Kept = 256;

    // JSON escapes some characters, and upper and lower case of other alphabets differ in their bytes: then every line is read.
    private readonly bool _readsAll = text.Any(c => !char.IsAscii(c) || c is '"' or '\\' || char.IsControl(c));
    private readonly AsciiText _bytes = new(text);
    private readonly Dictionary<string, Dictionary<long, string>> _finds = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>The find in the row at a slice with what surrounds it, or null.</summary>
    public async ValueTask<string?> FindAsync(BlobSlice at, bool isPrompt, CancellationToken cancellationToken)
    {
        if (!_finds.TryGetValue(at.Blob, out var finds))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var segment = await blobs.GetAsync(at.Blob, cancellationToken) ?? throw new InvalidDataException($"The segment {at.Blob} is missing; restore the store from a copy.");
            _finds.Add(at.Blob, finds = Search(segment.Bytes, isPrompt));
            _order.Enqueue(at.Blob);
            if (_order.Count > Kept)
            {
                _finds.Remove(_order.Dequeue());
            }
        }

        return finds.GetValueOrDefault(at.Offset);
    }

    private Dictionary<long, string> Search(ReadOnlyMemory<byte> segment, bool isPrompt)
    {
        var finds = new Dictionary<long, string>();
        foreach (var (offset, line) in _readsAll ? JsonLines.Split(segment) : LinesWithText(segment))
        {
            var content = isPrompt ? TextOf(PromptRow.Parse(line).Content) : ResponseRow.Parse(line).Text;
            if (content.IndexOf(text, StringComparison.OrdinalIgnoreCase) is var found and >= 0)
            {
                finds[offset] = Excerpt(content, found);
            }
        }

        return finds;
    }

    private IEnumerable<(long Offset, ReadOnlyMemory<byte> Line)> LinesWithText(ReadOnlyMemory<byte> segment)
    {
        for (var at = _bytes.IndexIn(segment.Span, 0); at >= 0;)
        {
            var start = segment.Span[..at].LastIndexOf((byte)'\n') + 1;
            var end = segment.Span[at..].IndexOf((byte)'\n') is var feed and >= 0 ? at + feed : segment.Length;
            yield return (start, segment[start..end]);
            at = _bytes.IndexIn(segment.Span, end);
        }
    }

    private static string TextOf(PromptContent content) => content.Text ?? string.Join('\n', (content.Messages ?? []).Select(message => message.Content));

    private string Excerpt(string content, int found)
    {
        var start = Math.Max(0, found - Around);
        var end = Math.Min(content.Length, found + text.Length + Around);

        // Not between the halves of one character.
        start -= start > 0 && char.IsLowSurrogate(content[start]) ? 1 : 0;
        end += end < content.Length && char.IsLowSurrogate(content[end]) ? 1 : 0;
        return $"{(start > 0 ? "…" : "")}{content[start..end]}{(end < content.Length ? "…" : "")}";
    }
}
